import type { FilterNode } from '@/api/types'

/** Months that the cash board shows, from the present one on. */
export const MONTHS = 6

/** Instalments that are not paid in full. */
export const UNPAID: FilterNode = {
  field: 'state',
  op: 'in',
  value: ['open', 'partial', 'overdue'],
}
const POSTED: FilterNode = { field: 'state', op: 'is', value: 'posted' }

export const overdueOn = (today: string): FilterNode => ({
  all: [UNPAID, { field: 'due_on', op: '<', value: today }],
})
/** Still to come in a period, today included. */
export const expectedIn = (period: string, today: string): FilterNode => ({
  all: [
    UNPAID,
    { field: 'due_on', op: 'in_period', value: period },
    { field: 'due_on', op: '>=', value: today },
  ],
})
export const receivedIn = (period: string): FilterNode => ({
  all: [POSTED, { field: 'received_on', op: 'in_period', value: period }],
})

/** `2026-11` of a day, and the months after it. */
export function monthsAfter(today: string, many: number): string[] {
  const [year, month] = today.split('-').map(Number)
  return Array.from({ length: many }, (_, index) =>
    new Date(Date.UTC(year!, month! - 1 + index, 1)).toISOString().slice(0, 7),
  )
}
export function daysOf(month: string): [string, string] {
  const [year, number] = month.split('-').map(Number)
  return [`${month}-01`, new Date(Date.UTC(year!, number!, 0)).toISOString().slice(0, 10)]
}
export const dueIn = (month: string, today: string): FilterNode => {
  const [first, last] = daysOf(month)
  const value = [first < today ? today : first, last]
  return { all: [UNPAID, { field: 'due_on', op: 'between', value }] }
}
