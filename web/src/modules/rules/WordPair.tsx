import { SimpleGrid, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

type Words = Partial<Record<'en' | 'zh-CN', string>>
interface Props {
  words: Words
  of: 'names' | 'messages'
  hint?: string
  error?: string | undefined
  required?: boolean
  onChange: (words: Words) => void
}

/** The same words in both languages; one of them is enough. */
export function WordPair({ words, of, hint, error, required, onChange }: Props) {
  const { t } = useTranslation()
  const first = required ?? false
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <TextInput
        label={t(`rules.${of}.zh`)}
        description={hint}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        withAsterisk={first && !words.en}
        value={words['zh-CN'] ?? ''}
        error={error}
        onChange={(event) => onChange({ ...words, 'zh-CN': event.currentTarget.value })}
      />
      <TextInput
        label={t(`rules.${of}.en`)}
        value={words.en ?? ''}
        onChange={(event) => onChange({ ...words, en: event.currentTarget.value })}
      />
    </SimpleGrid>
  )
}
