import { kindOf } from '@/fields/registry'
import { fieldOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { todayIn } from '@/ui/zoned'

/**
 * The field that holds the same as this one while a record is open, and nothing afterwards: a formula
 * that the object's lists are sorted by (ADR 24). Such a day that has passed is overdue.
 */
export function turnOf(meta: ObjectMeta, field: Field): string | undefined {
  const turn = fieldOf(meta, meta.default_sort)
  const same = turn?.result_type === field.type && !field.system && kindOf(field).periods
  return same ? turn.key : undefined
}

const DAY = 10
/** Whether a value is the turn of its record, and has passed. */
export function isOverdue(value: unknown, turn: unknown, timezone: string, now = new Date()) {
  if (typeof value !== 'string' || value !== turn) return false
  return value.length === DAY ? value < todayIn(timezone, now) : new Date(value) < now
}
