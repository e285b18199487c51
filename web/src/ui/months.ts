import type { Formatters } from './formatters'

/** `2026-11`, the month of a day, and those after it; `first` says how many months from it the row begins. */
export function monthsFrom(day: string, many: number, first = 0): string[] {
  const [year, month] = day.split('-').map(Number)
  return Array.from({ length: many }, (_, index) =>
    new Date(Date.UTC(year!, month! - 1 + first + index, 1)).toISOString().slice(0, 7),
  )
}

/** First and last day of a month, or of the months from it to another. */
export function daysOf(month: string, to = month): [string, string] {
  const [year, number] = to.split('-').map(Number)
  return [`${month}-01`, new Date(Date.UTC(year!, number!, 0)).toISOString().slice(0, 10)]
}

/** Month as the axis writes it: 3月, Mar; with its year where that is asked for. */
export function monthName(format: Formatters, month: string, full = false) {
  const at = new Date(`${month}-01T00:00:00Z`)
  const options = { month: 'short', timeZone: 'UTC' } as const
  return at.toLocaleDateString(format.locale, full ? { ...options, year: 'numeric' } : options)
}
