import { createContext } from 'react'
import type { Locale, Money } from '@/api/types'
import * as format from './format'

/** The formatters bound to a language, a time zone and a base currency, with the currencies that
 * money may be in. */
export function makeFormatters(
  locale: Locale,
  timezone: string,
  currency: string,
  currencies: readonly string[] = [currency],
) {
  return {
    locale,
    timezone,
    currency,
    currencies,
    number: (value: number | string, options?: Intl.NumberFormatOptions) =>
      format.formatNumber(locale, value, options),
    money: (value: Money, short?: boolean) => format.formatMoney(locale, value, short),
    /** An amount in the base currency, as sums come. */
    amount: (value: number | string, short?: boolean) =>
      format.formatMoney(locale, { amount: String(value), currency }, short),
    day: (value: string, short?: boolean) => format.formatDay(locale, value, short),
    moment: (value: string, full?: boolean) => format.formatMoment(locale, value, timezone, full),
    relative: (value: string) => format.formatRelative(locale, value, Date.now()),
  }
}
export type Formatters = ReturnType<typeof makeFormatters>

const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
export const FormatContext = createContext<Formatters>(makeFormatters('zh-CN', timeZone, 'CNY'))
