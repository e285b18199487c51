import { useTranslation } from 'react-i18next'

const NAMED = [
  'today',
  'yesterday',
  'tomorrow',
  'this_week',
  'last_week',
  'next_week',
  'this_month',
  'last_month',
  'next_month',
  'this_quarter',
  'last_quarter',
  'next_quarter',
  'this_year',
  'last_year',
  'next_year',
] as const
const ROLLING = ['last_7_days', 'last_30_days', 'last_90_days', 'next_7_days', 'next_30_days']

/** The relative periods offered; `last_<n>_days` and `next_<n>_days` take any number. */
export const PERIODS: string[] = [...NAMED, ...ROLLING]

export function usePeriodName() {
  const { t } = useTranslation()
  return (period: string): string => {
    const rolling = /^(last|next)_(\d+)_days$/.exec(period)
    if (rolling?.[1] === 'last') return t('fields.periods.last_days', { n: rolling[2]! })
    if (rolling) return t('fields.periods.next_days', { n: rolling[2]! })
    const named = NAMED.find((name) => name === period)
    return named ? t(`fields.periods.${named}`) : period
  }
}
