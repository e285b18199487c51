import { useTranslation } from 'react-i18next'
import type { Words } from '@/api/admin'

/** A definition's label in the reader's language, or in the other, or its key. */
export function useWord() {
  const { i18n } = useTranslation()
  return (words: Words | null | undefined, key: string) =>
    words?.[i18n.language as keyof Words] ?? words?.en ?? words?.['zh-CN'] ?? key
}

const LONGEST = 40
/** A key made from an English label: `Customer tier` → `customer_tier`. */
export const keyFrom = (label: string) =>
  label
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, LONGEST)

/** Words for both languages; where one is not given the other stands in. */
export const bothWords = (zh: string, en: string) => ({
  en: en.trim() || zh.trim(),
  'zh-CN': zh.trim() || en.trim(),
})
