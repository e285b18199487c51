import type { Locale, Money } from '@/api/types'

const cache = new Map<string, unknown>()
function once<T>(key: string, make: () => T): T {
  const found = cache.get(key)
  if (found !== undefined) return found as T
  const made = make()
  cache.set(key, made)
  return made
}

type Exact = Intl.StringNumericLiteral
const numberFormat = (locale: Locale, options: Intl.NumberFormatOptions) =>
  once(`n${locale}${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options))
const dateFormat = (locale: Locale, options: Intl.DateTimeFormatOptions) =>
  once(`d${locale}${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options))

/** A decimal string is formatted digit by digit, never through a float. */
export function formatNumber(
  locale: Locale,
  value: number | string,
  options: Intl.NumberFormatOptions = { maximumFractionDigits: 20 },
) {
  if (options.notation === 'compact') return compact(locale, value, options)
  return numberFormat(locale, options).format(value as Exact)
}

const YI = 100_000_000
/** 1,350.1 万, 1.35 亿, 12.3M: grouped, and in Chinese with a thin space before the unit. */
function compact(locale: Locale, value: number | string, options: Intl.NumberFormatOptions) {
  const chinese = locale === 'zh-CN'
  const digits = chinese && Math.abs(Number(value)) >= YI ? 2 : 1
  const format = numberFormat(locale, {
    useGrouping: 'always',
    maximumFractionDigits: digits,
    ...options,
  })
  const parts = format.formatToParts(value as Exact)
  return parts
    .map((part) => (chinese && part.type === 'compact' ? `\u202f${part.value}` : part.value))
    .join('')
}

const hasCents = (amount: string) => /\.\d*[1-9]/.test(amount)

/** What is less has no unit to be shortened with. */
const LEAST_SHORT: Record<Locale, number> = { 'zh-CN': 10_000, en: 1_000 }

/** Cents only where there are any; `short` writes ¥1.2 万 or ¥12K. */
export function formatMoney(locale: Locale, money: Money, asked = false) {
  const short = asked && Math.abs(Number(money.amount)) >= LEAST_SHORT[locale]
  const digits = hasCents(money.amount) && !short ? 2 : 0
  return formatNumber(locale, money.amount, {
    style: 'currency',
    currency: money.currency,
    currencyDisplay: 'narrowSymbol',
    ...(short
      ? { notation: 'compact' }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  })
}

/** A calendar day `2026-11-21`, without any time zone. */
export function formatDay(locale: Locale, day: string, short = false) {
  const options: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric', timeZone: 'UTC' }
  if (!short) options.year = 'numeric'
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`)
  return Number.isNaN(at.getTime()) ? day : dateFormat(locale, options).format(at)
}

/** A moment in the given zone. */
export function formatMoment(locale: Locale, at: string, timeZone: string, full = false) {
  const options: Intl.DateTimeFormatOptions = full
    ? { dateStyle: 'full', timeStyle: 'long', timeZone }
    : { dateStyle: 'medium', timeStyle: 'short', timeZone }
  return dateFormat(locale, options).format(new Date(at))
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
  ['month', 2_592_000],
  ['year', 31_536_000],
]

/** "3 hours ago", "in 2 days"; `now` in milliseconds. */
export function formatRelative(locale: Locale, at: string, now: number) {
  const seconds = (new Date(at).getTime() - now) / 1000
  const format = once(`r${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
  const size = Math.abs(seconds)
  if (size < 60) return format.format(0, 'minute')
  const [unit, length] = STEPS.findLast(([, step]) => size >= step) ?? STEPS[0]!
  return format.format(Math.trunc(seconds / length), unit)
}
