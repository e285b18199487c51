import { Checkbox, Group, NumberInput, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useObjects } from '@/metadata/hooks'
import classes from './ColumnsEditor.module.css'
import { type DraftColumn, hasSetting, isSummable } from './columnDraft'
import { OptionsEditor } from './OptionsEditor'

interface Props {
  column: DraftColumn
  /** The keys of the other columns, each with its name, for a formula. */
  others: string[]
  error?: string
  onChange: (change: Partial<DraftColumn>) => void
}

/** What the type of a column lets one set, and what the server says of it. */
export function ColumnSettings({ column, others, error, onChange }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const has = (setting: Parameters<typeof hasSetting>[1]) => hasSetting(column, setting)
  return (
    <div className={classes.settings}>
      {has('options') && (
        <OptionsEditor options={column.options} onChange={(options) => onChange({ options })} />
      )}
      {has('target') && (
        <Select
          label={t('settings.target')}
          searchable
          disabled={column.given !== null}
          data={objects.map((one) => ({ value: one.object, label: one.label }))}
          value={column.target}
          onChange={(target) => onChange({ target })}
        />
      )}
      {has('formula') && (
        <TextInput
          label={t('settings.formula')}
          description={t('settings.columns.formulaHint', {
            keys: others.join(', ') || '–',
          })}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={column.formula}
          onChange={(event) => onChange({ formula: event.currentTarget.value })}
        />
      )}
      <Group gap="md">
        {has('scale') && (
          <NumberInput
            aria-label={t('settings.scale')}
            placeholder={t('settings.scale')}
            w={120}
            disabled={column.given !== null && !has('formula')}
            value={column.scale}
            onChange={(scale) => onChange({ scale })}
          />
        )}
        {has('required') && (
          <Checkbox
            label={t('settings.required')}
            checked={column.required}
            onChange={(event) => onChange({ required: event.currentTarget.checked })}
          />
        )}
        {isSummable(column.type) && (
          <Checkbox
            label={t('settings.columns.summed')}
            checked={column.summed}
            onChange={(event) => onChange({ summed: event.currentTarget.checked })}
          />
        )}
        {column.given !== null && <code className={classes.key}>{column.key}</code>}
      </Group>
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  )
}
