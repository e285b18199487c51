import { Textarea } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { checkFormula } from '@/api/admin'

interface Props {
  object: string
  /** The field's own key, which it may not read. */
  fieldKey: string
  value: string
  error?: string
  onChange: (value: string) => void
}

const WAIT = 400

/** A formula with its fault, and the place of it, while it is typed. */
export function FormulaInput({ object, fieldKey, value, error, onChange }: Props) {
  const { t } = useTranslation()
  const [text] = useDebouncedValue(value, WAIT)
  const { data } = useQuery({
    queryKey: ['formula', object, fieldKey, text],
    queryFn: () => checkFormula(object, text, fieldKey),
    enabled: text.trim() !== '',
    staleTime: Number.POSITIVE_INFINITY,
  })
  const current = text === value && data
  const fault = current && !data.valid ? data.message : undefined
  const place = fault && data?.position ? value.slice(0, data.position - 1) : null
  const type = current && data.valid ? data.result_type : null
  return (
    <Textarea
      label={t('settings.formula')}
      description={t('settings.formulaHint')}
      autosize
      minRows={2}
      value={value}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      error={
        error ??
        (fault && (
          <>
            {fault}
            {place !== null && (
              <code style={{ display: 'block', whiteSpace: 'pre-wrap' }}>
                {place}
                <mark>{value.slice(place.length) || ' '}</mark>
              </code>
            )}
          </>
        ))
      }
      inputWrapperOrder={['label', 'description', 'input', 'error']}
      rightSection={null}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...(type
        ? { description: t('settings.formulaGives', { type: t(`settings.types.${type}`) }) }
        : {})}
    />
  )
}
