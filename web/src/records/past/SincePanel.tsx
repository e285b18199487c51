import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changedQuery } from '@/api/past'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconHistory } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { useFormat } from '@/ui/useFormat'
import { PartSkeleton } from '../record/PartSkeleton'
import { Facts } from './Facts'
import classes from './Past.module.css'
import { StartPicker } from './StartPicker'
import { type Start, startOf } from './starts'

interface Props {
  meta: ObjectMeta
  record: RecordData
  visit?: string
}

/** Which facts of a record have changed since a moment of one's choice. */
export default function SincePanel({ meta, record, visit }: Props) {
  const { t } = useTranslation()
  const { timezone } = useFormat()
  const [start, setStart] = useState<Start>(visit ? 'visit' : 'week')
  const [day, setDay] = useState<string>()
  const since = startOf(start, { timezone, visit, day })
  const { data, error, refetch } = useQuery({
    ...changedQuery(meta, record.id, since ?? ''),
    enabled: Boolean(since),
  })
  return (
    <div className={classes.panel}>
      <StartPicker
        start={start}
        day={day}
        visited={Boolean(visit)}
        onStart={setStart}
        onDay={setDay}
      />
      {error && <Failure error={error} retry={() => void refetch()} />}
      {since && !data && !error && <PartSkeleton />}
      {data?.created && <Notice kind="info">{t('past.createdThen')}</Notice>}
      {data?.more && <Notice kind="info">{t('past.moreChanges')}</Notice>}
      {data && !data.facts.length && !data.created && (
        <Empty icon={IconHistory} title={t('past.nothing')} hint={t('past.nothingHint')} />
      )}
      {data && <Facts meta={meta} facts={data.facts} />}
    </div>
  )
}
