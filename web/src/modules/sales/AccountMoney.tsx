import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useWatch } from '@/api/live'
import { aggregateQuery } from '@/api/records'
import type { FilterNode, Money } from '@/api/types'
import { canSum, useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import type { PartProps } from '@/records/record/parts'
import { useFormat } from '@/ui/useFormat'
import classes from './Money.module.css'

const SIGNED: FilterNode = { field: 'state', op: 'in', value: ['signed', 'ended'] }
const LATE: FilterNode = { field: 'state', op: 'is', value: 'overdue' }

function useSums(meta: ObjectMeta | undefined, filter: FilterNode, keys: string[]) {
  const may = meta?.rights.read && keys.every((key) => canSum(meta, key))
  const { data } = useQuery({
    ...aggregateQuery(meta ?? { object: '', path: '' }, {
      filter,
      measures: [{ op: 'count' }, ...keys.map((field) => ({ op: 'sum' as const, field }))],
    }),
    enabled: Boolean(may),
  })
  useWatch(may ? meta : undefined, '*')
  const [count, ...sums] = data?.rows[0]?.values ?? []
  return Number(count ?? 0) > 0 ? (sums as (Money | null)[]) : []
}

/** What a customer has signed, paid and owes, in small figures; each leads to its records. */
export default function AccountMoney({ record }: PartProps) {
  const { t } = useTranslation()
  const contracts = useObject('contract')
  const plans = useObject('payment_plan')
  const own: FilterNode = { field: 'account', op: 'in', value: [record.id] }
  const signed = { all: [own, SIGNED] }
  const late = { all: [own, LATE] }
  const [total, received, outstanding] = useSums(contracts, signed, [
    'total',
    'received',
    'outstanding',
  ])
  const [overdue] = useSums(plans, late, ['outstanding'])
  if (!contracts || !total) return null
  const figures = [
    { label: t('sales.contracted'), sum: total, meta: contracts, filter: signed, kind: 'plain' },
    { label: t('sales.received'), sum: received, meta: contracts, filter: signed, kind: 'good' },
    {
      label: t('sales.outstanding'),
      sum: outstanding,
      meta: contracts,
      filter: signed,
      kind: 'plain',
    },
    { label: t('sales.overdue'), sum: overdue, meta: plans, filter: late, kind: 'bad' },
  ]
  return (
    <section className={classes.figures} aria-label={t('sales.figures')}>
      {figures.map(({ sum, ...one }) => sum && <Figure key={one.label} {...one} sum={sum} />)}
    </section>
  )
}

interface FigureProps {
  label: string
  sum: Money
  meta: ObjectMeta | undefined
  filter: FilterNode
  kind: string
}
function Figure({ label, sum, meta, filter, kind }: FigureProps) {
  const format = useFormat()
  return (
    <Link
      to="/$path"
      params={{ path: meta?.path ?? '' }}
      search={{ filter }}
      className={classes.figure}
      data-kind={kind}
    >
      <small>{label}</small>
      <b className="num" title={format.money(sum)}>
        {format.money(sum, true)}
      </b>
    </Link>
  )
}
