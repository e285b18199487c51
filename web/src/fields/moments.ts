import type { Condition, FilterNode } from '@/api/types'
import { fromWall } from '@/ui/zoned'

const DAY = /^\d{4}-\d{2}-\d{2}$/
const isDay = (value: unknown): value is string => typeof value === 'string' && DAY.test(value)

/** A day chosen for a point in time → its bounds in the reader's zone; a day is all of it. */
export function askMoment(condition: Condition, timezone: string): FilterNode {
  const { field, op, value } = condition
  const start = (day: unknown) => (isDay(day) ? fromWall(`${day} 00:00:00`, timezone) : day)
  // The server keeps microseconds.
  const end = (day: unknown) =>
    isDay(day) ? fromWall(`${day} 23:59:59`, timezone).replace('.000Z', '.999999Z') : day
  if (op === 'between' && Array.isArray(value)) {
    return { field, op, value: [start(value[0]), end(value[1])] }
  }
  if (!isDay(value)) return condition
  if (op === 'is') return { field, op: 'between', value: [start(value), end(value)] }
  if (op === '<=') return { field, op, value: end(value) }
  return ['<', '>', '>='].includes(op) ? { field, op, value: start(value) } : condition
}
