import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/useFormat'
import { toWall } from '@/ui/zoned'

/** Today, yesterday, a day of this month, or the month, as a heading over what happened then. */
export function useDayName() {
  const { t } = useTranslation()
  const { day, timezone, locale } = useFormat()
  return useCallback(
    (at: string) => {
      const now = Date.now()
      const dayOf = (ms: number) => toWall(new Date(ms).toISOString(), timezone).slice(0, 10)
      const then = toWall(at, timezone).slice(0, 10)
      if (then === dayOf(now)) return t('record.today')
      if (then === dayOf(now - 86_400_000)) return t('record.yesterday')
      if (then.slice(0, 7) === dayOf(now).slice(0, 7)) return day(then, true)
      const month = new Date(`${then.slice(0, 7)}-01T00:00:00Z`)
      return month.toLocaleDateString(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' })
    },
    [t, day, timezone, locale],
  )
}
