import i18n from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Locale } from '@/api/types'
import type { zh } from './zh'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof zh }
  }
}

const STORED = 'fangxin-locale'
const NAMESPACE = 'translation'
/** Each language is a part of its own: only the one in use is fetched. */
const catalogues: Record<Locale, () => Promise<object>> = {
  'zh-CN': () => import('./zh').then(({ zh }) => zh),
  en: () => import('./en').then(({ en }) => en),
}

const stored = localStorage.getItem(STORED)
const guessed: Locale = navigator.language.startsWith('zh') ? 'zh-CN' : 'en'
const first = stored === 'zh-CN' || stored === 'en' ? stored : guessed

export const currentLocale = () => i18n.language as Locale

/** Speaks another language from now on; its words are fetched first, so no key is ever shown. */
export async function setLocale(locale: Locale) {
  if (!i18n.hasResourceBundle(locale, NAMESPACE)) {
    i18n.addResourceBundle(locale, NAMESPACE, await catalogues[locale]())
  }
  await i18n.changeLanguage(locale)
  localStorage.setItem(STORED, locale)
  document.documentElement.lang = locale
}

/** Resolves when the app can be drawn in the reader's language. */
export const ready = i18n
  .use(initReactI18next)
  .init({
    resources: {},
    lng: first,
    fallbackLng: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  .then(() => setLocale(first))

export default i18n
