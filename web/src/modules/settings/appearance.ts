import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe, usePreference, useUpdateMe } from '@/api/session'
import type { Locale, Preferences } from '@/api/types'
import { setLocale } from '@/i18n'

export type Theme = NonNullable<Preferences['theme']>

/** Takes over the theme that the user chose on another device. */
export function useAppearance() {
  const { setColorScheme } = useMantineColorScheme()
  const { theme } = useMe().preferences
  useEffect(() => {
    if (theme) setColorScheme(theme)
  }, [theme, setColorScheme])
}

export function useThemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [, save] = usePreference('theme')
  const choose = (theme: Theme) => {
    setColorScheme(theme)
    save(theme)
  }
  return { theme: colorScheme as Theme, choose }
}

/** The language in use and its setter, which takes effect at once and is kept with the user. */
export function useLanguageChoice() {
  const { i18n } = useTranslation()
  const { mutate } = useUpdateMe()
  const locale = i18n.language as Locale
  const choose = (next: Locale) => {
    void setLocale(next)
    mutate({ locale: next })
  }
  return { locale, choose, toggle: () => choose(locale === 'zh-CN' ? 'en' : 'zh-CN') }
}

export const LANGUAGES: { value: Locale; label: string }[] = [
  // skip web-text: a language is named in itself
  { value: 'zh-CN', label: '简体中文' },
  { value: 'en', label: 'English' },
]
