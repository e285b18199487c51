import { Checkbox, Group, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CustomField } from '@/api/admin'
import { definableTypes, type Setting, settingsOf } from '@/fields/definition'
import { useObjects } from '@/metadata/hooks'
import type { FieldType } from '@/metadata/types'
import { ColumnsEditor } from './ColumnsEditor'
import { DefinitionDialog } from './DefinitionDialog'
import { FormulaInput } from './FormulaInput'
import { type FieldDraft, fieldBody, startDraft } from './fieldDraft'
import { NumberSettings } from './NumberSettings'
import { type DraftOption, OptionsEditor } from './OptionsEditor'
import { RollUpSettings } from './RollUpSettings'
import { keyFrom } from './words'

interface Props {
  object: string
  field: CustomField | null
  onSaved: () => void
  onClose: () => void
}
const SWITCHES = ['required', 'unique', 'indexed', 'searchable', 'encrypted'] as const

/** Makes or changes a custom field; key, type and target are fixed once it exists. */
export function FieldDialog({ object, field, onSaved, onClose }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const [draft, setDraft] = useState(() => startDraft(field))
  const set = (change: Partial<FieldDraft>) => setDraft((now) => ({ ...now, ...change }))
  const has = (setting: Setting) => settingsOf(draft.type).includes(setting)
  const key = field?.key ?? (draft.key || keyFrom(draft.en))
  const body = () => fieldBody({ ...draft, key }, field ? null : object)
  const text = (name: 'zh' | 'en' | 'help', label: string, error?: string) => (
    <TextInput
      label={label}
      value={draft[name]}
      error={error}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  )
  const sealed = field?.encrypted === true
  const encryptedHint = t(sealed ? 'settings.encryptedFixed' : 'settings.encryptedHint')
  const title = field
    ? t('settings.editField', { name: draft.zh || draft.en })
    : t('settings.newField')
  return (
    <DefinitionDialog
      title={title}
      kind="custom_fields"
      wide={has('columns')}
      id={field?.id ?? null}
      body={body}
      onSaved={onSaved}
      onClose={onClose}
    >
      {(errors) => (
        <>
          <Select
            label={t('settings.fieldType')}
            searchable
            disabled={field !== null}
            data={definableTypes.map((value) => ({ value, label: t(`settings.types.${value}`) }))}
            value={draft.type}
            error={errors.type}
            allowDeselect={false}
            onChange={(type) => set({ type: type as FieldType })}
          />
          <Group grow gap="sm" align="flex-start">
            {text('zh', t('settings.labelZh'), errors.labels ?? errors.label)}
            {text('en', t('settings.labelEn'))}
          </Group>
          <TextInput
            label={t('settings.key')}
            description={t('settings.keyHint')}
            disabled={field !== null}
            value={key}
            error={errors.key}
            onChange={(event) => set({ key: event.currentTarget.value })}
          />
          {has('options') && (
            <OptionsEditor
              options={draft.options}
              error={errors.options}
              onChange={(options: DraftOption[]) => set({ options })}
            />
          )}
          {has('columns') && (
            <ColumnsEditor
              columns={draft.columns}
              errors={errors}
              onChange={(columns) => set({ columns })}
            />
          )}
          {has('target') && (
            <Select
              label={t('settings.target')}
              searchable
              disabled={field !== null}
              data={objects.map((one) => ({ value: one.object, label: one.label }))}
              value={draft.target}
              error={errors.target}
              onChange={(target) => set({ target })}
            />
          )}
          {has('over') && (
            <RollUpSettings object={object} draft={draft} errors={errors} onChange={set} />
          )}
          {has('formula') && (
            <FormulaInput
              object={object}
              fieldKey={key}
              value={draft.formula}
              error={errors.formula}
              onChange={(formula) => set({ formula })}
            />
          )}
          {has('pattern') && (
            <TextInput
              label={t('settings.pattern')}
              description={t('settings.patternHint')}
              value={draft.pattern}
              error={errors.default}
              onChange={(event) => set({ pattern: event.currentTarget.value })}
            />
          )}
          <NumberSettings draft={draft} errors={errors} onChange={set} />
          {text('help', t('settings.help'), errors.help)}
          {SWITCHES.filter(has).map((name) => (
            <Checkbox
              key={name}
              label={t(`settings.${name}`)}
              description={name === 'encrypted' && encryptedHint}
              // parts of an encrypted text cannot be found, and only another type gives it back
              disabled={name === 'searchable' ? draft.encrypted : name === 'encrypted' && sealed}
              checked={draft[name] && !(name === 'searchable' && draft.encrypted)}
              error={errors[name]}
              onChange={(event) => set({ [name]: event.currentTarget.checked })}
            />
          ))}
        </>
      )}
    </DefinitionDialog>
  )
}
