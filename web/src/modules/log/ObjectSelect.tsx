import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useObjects } from '@/metadata/hooks'

interface Props {
  value: string | undefined
  onChange: (object: string | undefined) => void
}
const ALL = ''

/** Narrows a list of the log to one object. */
export function ObjectSelect({ value, onChange }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  return (
    <Select
      w={{ base: 176, sm: 150 }}
      searchable
      aria-label={t('log.object')}
      value={value ?? ALL}
      allowDeselect={false}
      data={[
        { value: ALL, label: t('log.allObjects') },
        ...objects.map((meta) => ({ value: meta.object, label: meta.label })),
      ]}
      onChange={(next) => onChange(next || undefined)}
    />
  )
}
