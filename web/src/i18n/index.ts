import i18n from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Locale } from '@/api/types'
import { en } from './en'
import { zh } from './zh'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof zh }
  }
}

const STORED = 'fangxin-locale'
const stored = localStorage.getItem(STORED)
const guessed: Locale = navigator.language.startsWith('zh') ? 'zh-CN' : 'en'

void i18n.use(initReactI18next).init({
  resources: { 'zh-CN': { translation: zh }, en: { translation: en } },
  lng: stored === 'zh-CN' || stored === 'en' ? stored : guessed,
  fallbackLng: 'en',
  interpolation: { escapeValue: false },
})

const apply = (locale: string) => {
  localStorage.setItem(STORED, locale)
  document.documentElement.lang = locale
}
i18n.on('languageChanged', apply)
apply(i18n.language)

export const currentLocale = () => i18n.language as Locale
export const setLocale = (locale: Locale) => void i18n.changeLanguage(locale)
export default i18n
