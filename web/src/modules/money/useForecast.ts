import { useQueries } from '@tanstack/react-query'
import { aggregateQuery } from '@/api/records'
import type { AggregateRequest, AggregateResult, FilterNode, Link } from '@/api/types'
import { canSum } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { daysOf } from '@/ui/months'
import { amountOf } from '../sales/usePipeline'

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

type Span = [string, string]
const kindIn = (kind: string, field: string, span: Span): FilterNode => ({
  all: [
    { field: 'stage.kind', op: 'is', value: kind },
    { field, op: 'between', value: span },
  ],
})
/** Deals that are to be closed between two days. */
const openIn = (span: Span) => kindIn('open', 'expected_close_date', span)
/** Deals that were won between two days. */
const wonIn = (span: Span) => kindIn('won', 'closed_on', span)

/** Open deals without a day, or that were to be closed before a month. */
export const openBefore = (month: string): FilterNode => ({
  all: [
    { field: 'stage.kind', op: 'is', value: 'open' },
    {
      any: [
        { field: 'expected_close_date', op: 'empty' },
        { field: 'expected_close_date', op: '<', value: daysOf(month)[0] },
      ],
    },
  ],
})

/** The deals behind a figure: of one owner or department, of nobody (null), or of all. */
export const dealsIn = (month: string, axis: Axis, who?: Link | null): FilterNode => {
  const either: FilterNode = { any: [openIn(daysOf(month)), wonIn(daysOf(month))] }
  if (who === undefined) return either
  const own = who ? { op: 'in', value: [who.id] } : { op: 'empty' }
  return { all: [either, { field: axis, ...own }] }
}
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
  const span = daysOf(months[0]!, months.at(-1))
  const requests: AggregateRequest[] = [
    {
      filter: openIn(span),
      group: [axis, { field: 'expected_close_date', by: 'month' }],
      measures: [
        { op: 'sum', field: 'amount' },
        { op: 'sum', field: 'weighted_amount' },
      ],
    },
    {
      filter: wonIn(span),
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
