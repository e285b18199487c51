import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Mode, ON_DUPLICATES, type OnDuplicates } from '@/api/imports'
import { kindOf } from '@/fields/registry'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { Notice } from '@/ui/Notice'
import { Section } from '@/ui/Section'
import { useFormat } from '@/ui/useFormat'
import { ColumnRow } from './ColumnRow'
import { FileReading } from './FileReading'
import importClasses from './Import.module.css'
import classes from './Mapping.module.css'
import { messages } from './messages'
import type { Choice, Part } from './rules'
import { useMapping } from './useMapping'

interface Props {
  meta: ObjectMeta
  file: File
  part: Part
  choice: Choice
  /** What other sheets of the file bring: links to it may lead to their rows. */
  beside: string[]
  onChange: (next: Choice) => void
  /** The file was read in another way: its columns are others. */
  onRead: (part: Part) => void
}
const MODES: Mode[] = ['create', 'update', 'upsert']

/** What a column may fill: fields, and the parts of those that have any. */
function useGoals(meta: ObjectMeta, brought: string[]) {
  const { t } = useTranslation()
  return meta.fields
    .filter((field) =>
      field.system ? brought.includes(field.key) : field.editable || field.unique,
    )
    .flatMap((field) => [
      { value: field.key, label: field.label },
      ...(kindOf(field).parts ?? []).map((part) => ({
        value: `${field.key}.${part}`,
        label: `${field.label} · ${t(`fields.${part}`)}`,
      })),
    ])
}

export const usedFields = ({ rules }: Choice) =>
  new Set(Object.values(rules).flatMap((list) => list.map(({ field }) => field)))

/** Where each column of one table goes; suggestions, or what was chosen last, come with the preview. */
export function SheetMapping(props: Props) {
  const { meta, file, part, choice, onChange, onRead } = props
  const { t } = useTranslation()
  const format = useFormat()
  const { preview, sheet } = part
  const facts = [
    sheet ?? file.name,
    preview.rows !== null &&
      t('imports.rows', { count: preview.rows, total: format.number(preview.rows) }),
  ].filter(Boolean)
  return (
    <Section title={`${t('imports.mapping')} · ${meta.label_plural}`}>
      <p className={importClasses.facts}>{facts.join(' · ')}</p>
      <FileReading {...{ file, part, onRead }} />
      <p className={importClasses.hint}>
        {preview.remembered?.corrects ? t('imports.correcting') : t('imports.mappingHint')}
        {preview.remembered && !preview.remembered.corrects && ` ${t('imports.remembered')}`}
      </p>
      <Columns key={JSON.stringify(part.way)} {...props} />
      <Options {...{ meta, choice, onChange }} />
    </Section>
  )
}

/** The columns of a table as it is read; read in another way it has others. */
function Columns({ meta, file, part, choice, beside, onChange }: Props) {
  const { t } = useTranslation()
  const { columns, place, change, error, busy } = useMapping(meta, file, part, choice, onChange)
  const used = usedFields(choice)
  const goals = useGoals(meta, part.preview.brought)
  return (
    <>
      <ul className={classes.columns} aria-busy={busy} aria-label={t('imports.mapping')}>
        {columns.map((column) => (
          <ColumnRow
            key={column.name}
            {...{ meta, column, beside }}
            names={columns.map(({ name }) => name)}
            goals={(own) => goals.filter(({ value }) => value === own || !used.has(value))}
            onPlace={(at, field) => place(column.name, at, field)}
            onChange={(at, rule, reread) => change(column.name, at, rule, reread)}
          />
        ))}
      </ul>
      {error && <Notice kind="error">{messages(error)}</Notice>}
    </>
  )
}

/** What becomes of rows whose record is there. */
function Options({ meta, choice, onChange }: Pick<Props, 'meta' | 'choice' | 'onChange'>) {
  const { t } = useTranslation()
  const { mode, match, duplicates } = choice
  const fields = [...usedFields(choice)].flatMap((key) => fieldOf(meta, key) ?? [])
  return (
    <div className={classes.options}>
      <Select
        label={t('imports.mode')}
        data={MODES.map((value) => ({ value, label: t(`imports.modes.${value}`) }))}
        value={mode}
        allowDeselect={false}
        onChange={(next) => onChange({ ...choice, mode: (next ?? 'create') as Mode })}
      />
      {mode !== 'create' && (
        <Select
          label={t('imports.match')}
          description={t('imports.matchHint')}
          data={fields.map((field) => ({ value: field.key, label: field.label }))}
          value={match}
          onChange={(next) => onChange({ ...choice, match: next })}
        />
      )}
      {mode !== 'update' && (
        <Select
          label={t('imports.onDuplicates')}
          description={t('imports.onDuplicatesHint')}
          data={ON_DUPLICATES.map((value) => ({ value, label: t(`imports.twins.${value}`) }))}
          value={duplicates}
          allowDeselect={false}
          onChange={(next) => onChange({ ...choice, duplicates: next as OnDuplicates })}
        />
      )}
    </div>
  )
}
