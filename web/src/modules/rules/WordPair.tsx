import { SimpleGrid, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

type Locale = 'en' | 'zh-CN'
type Words = Partial<Record<Locale, string>>
interface Props {
  words: Words
  of: 'names' | 'messages'
  hint?: string
  error?: string | undefined
  required?: boolean
  onChange: (words: Words) => void
}

/** The same words in both languages, the reader's own first; one of them is enough. */
export function WordPair({ words, of, hint, error, required, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const order: Locale[] = i18n.language === 'en' ? ['en', 'zh-CN'] : ['zh-CN', 'en']
  const given = order.some((locale) => words[locale])
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      {order.map((locale, place) => (
        <TextInput
          key={locale}
          label={t(`rules.${of}.${locale === 'en' ? 'en' : 'zh'}`)}
          description={place ? undefined : hint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          withAsterisk={Boolean(required) && !place && (!given || Boolean(words[locale]))}
          value={words[locale] ?? ''}
          error={place ? undefined : error}
          onChange={(event) => onChange({ ...words, [locale]: event.currentTarget.value })}
        />
      ))}
    </SimpleGrid>
  )
}
