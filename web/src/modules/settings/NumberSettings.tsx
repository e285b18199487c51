import { Group, NumberInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { settingsOf } from '@/fields/definition'
import type { FieldDraft } from './fieldDraft'

const NUMBERS = [
  { key: 'min', label: 'min' },
  { key: 'max', label: 'max' },
  { key: 'scale', label: 'scale' },
  { key: 'max_length', label: 'maxLength' },
] as const

interface Props {
  draft: FieldDraft
  errors: Record<string, string>
  onChange: (change: Partial<FieldDraft>) => void
}

/** Bounds, decimal places and length, as far as the type knows them. */
export function NumberSettings({ draft, errors, onChange }: Props) {
  const { t } = useTranslation()
  const shown = NUMBERS.filter(({ key }) => settingsOf(draft.type).includes(key))
  if (!shown.length) return null
  return (
    <Group grow gap="sm" align="flex-start">
      {shown.map(({ key, label }) => (
        <NumberInput
          key={key}
          label={t(`settings.${label}`)}
          value={draft[key]}
          error={errors[key]}
          onChange={(value) => onChange({ [key]: value })}
        />
      ))}
    </Group>
  )
}
