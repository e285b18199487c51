import { useQueries } from '@tanstack/react-query'
import { aggregateQuery } from '@/api/records'
import type { AggregateRequest, FilterNode, Link } from '@/api/types'
import type { Step } from '@/fields/steps'
import type { ObjectMeta } from '@/metadata/types'
import { daysOf, monthsFrom } from '@/ui/months'
import { todayIn } from '@/ui/zoned'
import { amountOf, measuresOf } from '../sales/usePipeline'

export const PERIODS = ['this_month', 'this_quarter', 'this_year'] as const
export type Period = (typeof PERIODS)[number]

const MONTHS_BACK = 12
const MONTHS_AHEAD = 6

export const inMonth = (field: string, month: string): FilterNode => ({
  field,
  op: 'between',
  value: daysOf(month),
})
export const stagesOf = (steps: Step[], ...kinds: Step['kind'][]): FilterNode => ({
  field: 'stage',
  op: 'in',
  value: steps.filter((step) => kinds.includes(step.kind)).map((step) => step.id),
})
export const closedIn = (period: string): FilterNode => ({
  field: 'closed_on',
  op: 'in_period',
  value: period,
})

interface Closed {
  won: number
  lost: number
  amount: number
}
export interface MonthFigure {
  month: string
  amount: number
  count: number
}
export interface OwnerFigure {
  owner: Link
  amount: number
  count: number
}

/** What the dashboard shows besides the open stages; undefined while it is on its way. */
export function useFigures(meta: ObjectMeta, steps: Step[], period: Period, timezone: string) {
  const today = todayIn(timezone)
  const measures = measuresOf(meta)
  const back = monthsFrom(today, MONTHS_BACK, 1 - MONTHS_BACK)
  const ahead = monthsFrom(today, MONTHS_AHEAD)
  const won = stagesOf(steps, 'won')
  const closed = (during: string): AggregateRequest => ({
    filter: { all: [stagesOf(steps, 'won', 'lost'), closedIn(during)] },
    group: ['stage'],
    measures,
  })
  const months = (field: string, filter: FilterNode, all: string[]): AggregateRequest => {
    const span = daysOf(all[0]!, all.at(-1))
    return {
      filter: { all: [filter, { field, op: 'between', value: span }] },
      group: [{ field, by: 'month' }],
      measures,
    }
  }
  const requests: AggregateRequest[] = [
    closed(period),
    closed(period.replace('this_', 'last_')),
    months('closed_on', won, back),
    months('expected_close_date', stagesOf(steps, 'open'), ahead),
    { filter: { all: [won, closedIn(period)] }, group: ['owner'], measures },
  ]
  return useQueries({
    queries: requests.map((request) => ({
      ...aggregateQuery(meta, request),
      enabled: steps.length > 0,
    })),
    combine: (results) => {
      const [now, before, trend, expected, owners] = results.map(({ data }) => data?.rows)
      const error = results.find((result) => result.error)?.error ?? null
      if (!now || !before || !trend || !expected || !owners) return { error, data: null }
      const wonIds = new Set(steps.filter(({ kind }) => kind === 'won').map(({ id }) => id))
      const sumUp = (rows: typeof now): Closed => {
        const found = { won: 0, lost: 0, amount: 0 }
        for (const { group, values } of rows) {
          const isWon = wonIds.has((group[0] as Link).id)
          found[isWon ? 'won' : 'lost'] += Number(values[0])
          if (isWon) found.amount += amountOf(values[1])
        }
        return found
      }
      const fill = (rows: typeof now, all: string[]): MonthFigure[] => {
        const known = new Map(rows.map(({ group, values }) => [group[0], values]))
        return all.map((month) => {
          const [count, sum] = known.get(month) ?? []
          return { month, count: Number(count ?? 0), amount: amountOf(sum) }
        })
      }
      const ranked = owners
        .filter(({ group }) => group[0])
        .map(({ group, values }) => ({
          owner: group[0] as Link,
          count: Number(values[0]),
          amount: amountOf(values[1]),
        }))
        .sort((a, b) => b.amount - a.amount || b.count - a.count)
        .slice(0, 8)
      const data = {
        now: sumUp(now),
        before: sumUp(before),
        trend: fill(trend, back),
        expected: fill(expected, ahead),
        owners: ranked as OwnerFigure[],
      }
      return { error, data }
    },
  })
}
