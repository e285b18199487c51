import { fromWall, toWall } from '@/ui/zoned'

const DAY_MS = 86_400_000
export type Mode = 'month' | 'week'

const at = (day: string) => new Date(`${day}T00:00:00Z`)
export const addDays = (day: string, count: number) =>
  new Date(at(day).getTime() + count * DAY_MS).toISOString().slice(0, 10)
const monday = (day: string) => addDays(day, -((at(day).getUTCDay() + 6) % 7))

/** The days that a calendar shows around a day: its week, or the whole weeks of its month. */
export function daysShown(day: string, mode: Mode): string[] {
  const first = mode === 'week' ? monday(day) : monday(`${day.slice(0, 7)}-01`)
  const month = day.slice(0, 7)
  const days = Array.from({ length: mode === 'week' ? 7 : 42 }, (_, index) => addDays(first, index))
  // Weeks that have nothing of the month any more are left out.
  const weeks = mode === 'week' ? 1 : [4, 5].find((week) => days[week * 7]!.slice(0, 7) !== month)
  return days.slice(0, (weeks ?? 6) * 7)
}

/** The month or week before (-1) or after (1). */
export function step(day: string, mode: Mode, by: 1 | -1): string {
  if (mode === 'week') return addDays(day, 7 * by)
  const [year, month] = day.split('-').map(Number)
  return new Date(Date.UTC(year!, month! - 1 + by, 1)).toISOString().slice(0, 10)
}

const isDay = (value: string) => value.length === 10

/** The day on which a value stands, as the reader's clock shows it. */
export const dayOf = (value: unknown, zone: string): string => {
  const text = String(value ?? '')
  return isDay(text) || !text ? text : toWall(text, zone).slice(0, 10)
}

/** The value moved to another day; a point in time keeps its hour. */
export const onDay = (value: string, day: string, zone: string): string =>
  isDay(value) ? day : fromWall(day + toWall(value, zone).slice(10), zone)
