import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '@/api/session'
import type { Locale } from '@/api/types'
import { FormatContext, makeFormatters } from '@/ui/formatters'

export function FormatProvider({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const { timezone, settings } = useMe()
  const currency = settings.base_currency
  const value = useMemo(
    () => makeFormatters(i18n.language as Locale, timezone || settings.timezone, currency),
    [i18n.language, timezone, settings.timezone, currency],
  )
  return <FormatContext value={value}>{children}</FormatContext>
}
