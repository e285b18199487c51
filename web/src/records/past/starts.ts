import { todayIn } from '@/ui/zoned'

export const STARTS = ['visit', 'today', 'week', 'days7', 'days30', 'day'] as const
export type Start = (typeof STARTS)[number]

const DAY_MS = 86_400_000
const back = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10)

interface Known {
  timezone: string
  visit?: string
  day?: string
  now?: Date
}
/** The day (its beginning is meant) or the moment from which changes count; none when unknown. */
export function startOf(start: Start, { timezone, visit, day, now }: Known): string | undefined {
  const today = todayIn(timezone, now)
  if (start === 'visit') return visit
  if (start === 'day') return day
  if (start === 'today') return today
  if (start === 'days7') return back(today, 7)
  if (start === 'days30') return back(today, 30)
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay()
  return back(today, (weekday + 6) % 7)
}
