import type { TFunction } from 'i18next'
import type { FilterNode, GroupBy, Link } from '@/api/types'
import { fieldOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import type { Formatters } from '@/ui/formatters'
import { daysOf, monthName } from '@/ui/months'
import { kindOf } from './registry'
import { isEmpty } from './types'

export const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const
export type Unit = (typeof UNITS)[number]

/** What records stand together by: a field, or a period of a date. */
export interface Grouping {
  field: Field
  unit: Unit | null
}

/** `stage` or `close_date:month`, as it stands in an address → the grouping the reader may ask for. */
export function parseGrouping(meta: ObjectMeta, word: string | null | undefined): Grouping | null {
  const [key = '', by] = word?.split(':') ?? []
  const field = fieldOf(meta, key)
  if (!field?.group_by || field.masked) return null
  const unit = UNITS.find((one) => one === by) ?? 'month'
  return { field, unit: kindOf(field).periods ? unit : null }
}
export const groupingWord = ({ field, unit }: Grouping) =>
  unit ? `${field.key}:${unit}` : field.key
export const groupBy = ({ field, unit }: Grouping): GroupBy =>
  unit ? { field: field.key, by: unit } : field.key

/** Fields whose values many records share, offered for grouping. */
export const groupFields = (meta: ObjectMeta): Field[] =>
  meta.fields.filter((field) => field.group_by && !field.masked && kindOf(field).groups)

/** Fields whose values are columns of a board: the object's own state first, then its choices. */
export function boardFields(meta: ObjectMeta): Field[] {
  const own = fieldOf(meta, meta.board?.field ?? '')
  const choices = meta.fields.filter(
    (field) => field !== own && field.group_by && !field.masked && field.options?.length,
  )
  return own ? [own, ...choices] : choices
}

/** Fields by which records stand on the days of a calendar: an object's own before those of all. */
export const dateFields = (meta: ObjectMeta): Field[] =>
  meta.fields
    .filter((field) => kindOf(field).periods && field.filterable && !field.masked)
    .toSorted((a, b) => Number(a.system ?? false) - Number(b.system ?? false))

const DAY_MS = 86_400_000
const iso = (at: number) => new Date(at).toISOString().slice(0, 10)

/** First and last day of a period as the server names it: 2026-11-21, 2026-W47, 2026-11, 2026-Q4, 2026. */
export function periodDays(period: string): [string, string] {
  const year = period.slice(0, 4)
  const rest = period.slice(5)
  if (!rest) return [`${year}-01-01`, `${year}-12-31`]
  if (rest.startsWith('Q')) {
    const last = Number(rest.slice(1)) * 3
    const month = (number: number) => `${year}-${String(number).padStart(2, '0')}`
    return daysOf(month(last - 2), month(last))
  }
  if (rest.startsWith('W')) {
    // The week of the fourth of January is the first (ISO 8601).
    const fourth = Date.UTC(Number(year), 0, 4)
    const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS
    const start = monday + (Number(rest.slice(1)) - 1) * 7 * DAY_MS
    return [iso(start), iso(start + 6 * DAY_MS)]
  }
  return rest.length > 2 ? [period, period] : daysOf(period)
}

export function periodName(period: string, format: Formatters): string {
  const rest = period.slice(5)
  if (/^\d\d$/.test(rest)) return monthName(format, period, true)
  return rest.length > 3 ? format.day(period) : period.replace('-', ' ')
}

const idOf = (value: unknown) =>
  typeof value === 'object' && value !== null && 'id' in value ? (value as Link).id : value

/** Tells groups apart. */
export const groupKey = (value: unknown): string => JSON.stringify(idOf(value) ?? null)

/** The condition that a group's records meet, as the server is asked. */
export function groupCondition(
  { field, unit }: Grouping,
  value: unknown,
  zone: string,
): FilterNode {
  const { key } = field
  if (isEmpty(value)) return { field: key, op: 'empty' }
  if (!unit) return { field: key, op: 'is', value: idOf(value) }
  const condition = { field: key, op: 'between', value: periodDays(String(value)) }
  return kindOf(field).toAsk?.(condition, zone) ?? condition
}

/** Order of groups: options as they are set up, names by the reader's language, none last. */
export function compareGroups({ field }: Grouping, order: string[], locale: string) {
  const options = field.options?.map(({ key }) => key) ?? order
  const names = new Intl.Collator(locale, { numeric: true })
  const place = (value: unknown) => {
    const at = options.indexOf(String(idOf(value)))
    return isEmpty(value) ? options.length + 1 : at < 0 ? options.length : at
  }
  const text = (value: unknown) => String((value as Link | null)?.name ?? value ?? '')
  return (a: unknown, b: unknown) => place(a) - place(b) || names.compare(text(a), text(b))
}

/** A period, or nothing said: what a field's own component does not draw. */
export function plainGroupName(
  { unit }: Grouping,
  value: unknown,
  format: Formatters,
  t: TFunction,
): string | null {
  if (isEmpty(value)) return t('list.noValue')
  return unit ? periodName(String(value), format) : null
}
