import { useQueries } from '@tanstack/react-query'
import { aggregateQuery } from '@/api/records'
import type { AggregateRequest, AggregateResult, FilterNode, Link } from '@/api/types'
import { canSum } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { amountOf } from '../sales/usePipeline'
import { daysOf } from './cash'

export type Axis = 'owner' | 'department'
export interface Cell {
  /** Closed already. */
  won: number
  /** Open, at its full amount and by its probability. */
  open: number
  weighted: number
}
export interface ForecastRow {
  key: string
  who: Link | null
  months: Cell[]
  all: Cell
}

export const OPEN: FilterNode = { field: 'stage.kind', op: 'is', value: 'open' }
export const WON: FilterNode = { field: 'stage.kind', op: 'is', value: 'won' }
const empty = (): Cell => ({ won: 0, open: 0, weighted: 0 })
const add = (to: Cell, from: Cell) => {
  to.won += from.won
  to.open += from.open
  to.weighted += from.weighted
}
/** A weighted sum is a plain number, an amount is money. */
const numberOf = (value: unknown) =>
  typeof value === 'object' ? amountOf(value) : Number(value ?? 0)

/** What is closed and what is to be expected, by owner or department and month. */
export function useForecast(meta: ObjectMeta, axis: Axis, months: string[]) {
  const span = [daysOf(months[0]!)[0], daysOf(months.at(-1)!)[1]]
  const within = (kind: FilterNode, field: string): FilterNode => ({
    all: [kind, { field, op: 'between', value: span }],
  })
  const requests: AggregateRequest[] = [
    {
      filter: within(OPEN, 'expected_close_date'),
      group: [axis, { field: 'expected_close_date', by: 'month' }],
      measures: [
        { op: 'sum', field: 'amount' },
        { op: 'sum', field: 'weighted_amount' },
      ],
    },
    {
      filter: within(WON, 'closed_on'),
      group: [axis, { field: 'closed_on', by: 'month' }],
      measures: [{ op: 'sum', field: 'amount' }],
    },
  ]
  const enabled = canSum(meta, 'amount') && canSum(meta, 'weighted_amount')
  return useQueries({
    queries: requests.map((request) => ({ ...aggregateQuery(meta, request), enabled })),
    combine: ([open, won]) => ({
      enabled,
      error: open?.error ?? won?.error ?? null,
      ...(open?.data && won?.data
        ? { data: gather(open.data.rows, won.data.rows, months) }
        : { data: null }),
    }),
  })
}

type Rows = AggregateResult['rows']
function gather(open: Rows, won: Rows, months: string[]) {
  const found = new Map<string, ForecastRow>()
  const total: ForecastRow = { key: '', who: null, months: months.map(empty), all: empty() }
  const put = (group: unknown[], cell: Cell) => {
    const who = group[0] as Link | null
    const key = who?.id ?? 'nobody'
    const row = found.get(key) ?? { key, who, months: months.map(empty), all: empty() }
    found.set(key, row)
    const index = months.indexOf(String(group[1]))
    for (const each of [row, total]) {
      add(each.all, cell)
      if (each.months[index]) add(each.months[index], cell)
    }
  }
  for (const { group, values } of open) {
    put(group, { won: 0, open: amountOf(values[0]), weighted: numberOf(values[1]) })
  }
  for (const { group, values } of won) put(group, { ...empty(), won: amountOf(values[0]) })
  const worth = ({ all }: ForecastRow) => all.won + all.weighted
  return { rows: [...found.values()].sort((a, b) => worth(b) - worth(a)), total }
}
