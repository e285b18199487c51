import { useTranslation } from 'react-i18next'

const KNOWN = [
  'base',
  'sales',
  'money',
  'service',
  'marketing',
  'work',
  'analytics',
  'admin',
  'custom',
] as const

/** A navigation group in words; an administrator's own group is its own name. */
export function useGroupName() {
  const { t } = useTranslation()
  return (key: string) => {
    const known = KNOWN.find((group) => group === key)
    return known ? t(`shell.groups.${known}`) : key
  }
}
