import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/session'
import type { Locale, Money } from '@/api/types'
import * as format from './format'

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** The formatters in the reader's language and time zone. */
export function useFormat() {
  const { i18n } = useTranslation()
  const me = useQuery(meQuery).data
  const locale = i18n.language as Locale
  const timezone = me?.timezone ?? browserZone
  const currency = me?.settings.base_currency ?? 'CNY'
  return useMemo(
    () => ({
      locale,
      timezone,
      currency,
      number: (value: number | string, options?: Intl.NumberFormatOptions) =>
        format.formatNumber(locale, value, options),
      money: (value: Money, short?: boolean) => format.formatMoney(locale, value, short),
      /** An amount in the base currency, as sums come. */
      amount: (value: number | string, short?: boolean) =>
        format.formatMoney(locale, { amount: String(value), currency }, short),
      day: (value: string, short?: boolean) => format.formatDay(locale, value, short),
      moment: (value: string, full?: boolean) => format.formatMoment(locale, value, timezone, full),
      relative: (value: string) => format.formatRelative(locale, value, Date.now()),
    }),
    [locale, timezone, currency],
  )
}
