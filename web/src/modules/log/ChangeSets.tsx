import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeSetsQuery } from '@/api/log'
import type { ChangeSet } from '@/api/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { useDayName } from '@/records/record/useDayName'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconArrowBackUp } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'
import { ChangeSetRow } from './ChangeSetRow'
import classes from './Log.module.css'
import { ObjectSelect } from './ObjectSelect'

/** Every write as one line, newest first, with its contents and its undo. */
export default function ChangeSets() {
  const { t } = useTranslation()
  const [object, setObject] = useState<string>()
  const [whose, setWhose] = useState('all')
  const actor = whose === 'me' ? 'me' : undefined
  const query = useInfiniteQuery(changeSetsQuery({ object, actor }))
  const sets = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <PageHead icon={IconArrowBackUp} title={t('shell.changeSets')}>
        <SegmentedControl
          aria-label={t('log.everyone')}
          value={whose}
          onChange={setWhose}
          data={[
            { value: 'all', label: t('log.everyone') },
            { value: 'me', label: t('log.onlyMine') },
          ]}
        />
        <ObjectSelect value={object} onChange={setObject} />
      </PageHead>
      <div className={classes.page}>
        <div className={classes.body}>
          <p className={classes.hint}>{t('log.hint')}</p>
          {query.isPending && <PartSkeleton height={44} />}
          {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
          {query.data && !sets.length && <Empty icon={IconArrowBackUp} title={t('log.empty')} />}
          <Days sets={sets} />
          {query.hasNextPage && (
            <Button
              fullWidth
              variant="subtle"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t('log.more')}
            </Button>
          )}
        </div>
      </div>
    </>
  )
}

function Days({ sets }: { sets: ChangeSet[] }) {
  const name = useDayName()
  const days = new Map<string, ChangeSet[]>()
  for (const set of sets) {
    const day = name(set.at)
    days.set(day, [...(days.get(day) ?? []), set])
  }
  return [...days].map(([day, items]) => (
    <section key={day} aria-label={day}>
      <h2 className={classes.day}>{day}</h2>
      <ul className={classes.list}>
        {items.map((set) => (
          <ChangeSetRow key={set.id} set={set} />
        ))}
      </ul>
    </section>
  ))
}
