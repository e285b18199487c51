import type { FilterNode } from '@/api/types'
import { daysOf } from '@/ui/months'

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

export const dueIn = (month: string, today: string): FilterNode => {
  const [first, last] = daysOf(month)
  const value = [first < today ? today : first, last]
  return { all: [UNPAID, { field: 'due_on', op: 'between', value }] }
}
