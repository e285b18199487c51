import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '@/api/session'
import type { Locale } from '@/api/types'
import { FormatContext, makeFormatters } from '@/ui/formatters'

export function FormatProvider({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const { timezone, settings } = useMe()
  const { base_currency: currency, currencies } = settings
  const value = useMemo(
    () =>
      makeFormatters(i18n.language as Locale, timezone || settings.timezone, currency, currencies),
    [i18n.language, timezone, settings.timezone, currency, currencies],
  )
  return <FormatContext value={value}>{children}</FormatContext>
}
