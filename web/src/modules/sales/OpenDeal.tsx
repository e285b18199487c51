import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { recordQuery } from '@/api/records'
import type { Link, RecordData } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import type { PartProps } from '@/records/record/parts'
import { useAct } from '@/records/record/useAct'
import { useActions } from '@/records/record/useActions'
import { Notice } from '@/ui/Notice'

/** A signed contract whose opportunity is still open asks for the win, which nothing else does. */
export default function OpenDeal({ record }: PartProps) {
  const meta = useObject('opportunity')
  const deal = record.opportunity as Link | null | undefined
  if (record.state !== 'signed' || !deal || !meta?.rights.update) return null
  return <Asked meta={meta} id={deal.id} />
}

function Asked({ meta, id }: { meta: ObjectMeta; id: string }) {
  const { data } = useQuery({ ...recordQuery(meta, id), retry: false })
  return data ? <Ask meta={meta} deal={data} /> : null
}

function Ask({ meta, deal }: { meta: ObjectMeta; deal: RecordData }) {
  const { t } = useTranslation()
  const act = useAct(meta)
  const win = useActions(meta, deal).find(({ key }) => key === 'win')
  if (!win) return null
  return (
    <Notice kind="info">
      {t('sales.openDeal')}{' '}
      <Button size="compact-sm" onClick={() => void act(deal, win)}>
        {win.label}
      </Button>
    </Notice>
  )
}
