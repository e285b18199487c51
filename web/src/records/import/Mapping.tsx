import { Button, Group, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { type Mode, type Preview, startImport } from '@/api/imports'
import { kindOf } from '@/fields/registry'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconArrowRight } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { Section } from '@/ui/Section'
import { messageOf } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import { titleField } from '../list/columns'
import { ColumnValues } from './ColumnValues'
import importClasses from './Import.module.css'
import classes from './Mapping.module.css'
import { useMapping } from './useMapping'

interface Props {
  meta: ObjectMeta
  file: File
  preview: Preview
  onStarted: (id: string) => void
  onBack: () => void
}
const MODES: Mode[] = ['create', 'update', 'upsert']
const SKIP = ''
const SAMPLES = 3

/** Why a map or a file was refused, each fault in words. */
const messages = (error: unknown) =>
  [messageOf(error), ...(isApiError(error) ? (error.problem.errors ?? []) : [])]
    .map((fault) => (typeof fault === 'string' ? fault : fault.message))
    .join(' ')

/** What a column may fill: fields, and the parts of those that have any. */
function useGoals(meta: ObjectMeta) {
  const { t } = useTranslation()
  return meta.fields
    .filter((field) => !field.system && (field.editable || field.unique))
    .flatMap((field) => [
      { value: field.key, label: field.label },
      ...(kindOf(field).parts ?? []).map((part) => ({
        value: `${field.key}.${part}`,
        label: `${field.label} · ${t(`fields.${part}`)}`,
      })),
    ])
}

/** Where each column goes; suggestions come with the preview. */
export function Mapping({ meta, file, preview, onStarted, onBack }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { map, columns, place, change, error, busy: reading } = useMapping(meta, file, preview)
  const [mode, setMode] = useState<Mode>('create')
  const [match, setMatch] = useState<string | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const used = new Set(Object.values(map.columns).map(({ field }) => field))
  const title = titleField(meta)
  const goals = useGoals(meta)
  const options = (own: string) => [
    { value: SKIP, label: t('imports.skip') },
    ...goals.filter(({ value }) => value === own || !used.has(value)),
  ]
  const fault = () => {
    if (mode !== 'update' && !used.has(title.key))
      return t('imports.needName', { field: title.label })
    if (mode !== 'create' && (!match || !used.has(match))) return t('imports.needMatch')
    return null
  }
  const start = async (dry_run: boolean) => {
    const found = fault()
    setFailure(found)
    if (found) return
    const matched = mode === 'create' ? {} : { match: match! }
    setBusy(true)
    try {
      const { id } = await startImport(file, meta.object, {
        map,
        mode,
        dry_run,
        ...matched,
      })
      onStarted(id)
    } catch (refused) {
      setFailure(messages(refused))
    }
    setBusy(false)
  }
  const facts = [
    file.name,
    preview.rows !== null &&
      t('imports.rows', { count: preview.rows, total: format.number(preview.rows) }),
    preview.encoding && t('imports.encoding', { name: preview.encoding.toUpperCase() }),
  ].filter(Boolean)
  return (
    <Section title={`${t('imports.mapping')} · ${meta.label_plural}`}>
      <p className={importClasses.facts}>{facts.join(' · ')}</p>
      <p className={importClasses.hint}>{t('imports.mappingHint')}</p>
      <ul className={classes.columns} aria-busy={reading} aria-label={t('imports.mapping')}>
        {columns.map((column) => {
          const { name, samples, rule, values } = column
          const field = rule && fieldOf(meta, rule.field)
          return (
            <li key={name}>
              <span className={classes.column}>
                <b className="trunc">{name}</b>
                <small className="trunc">
                  {samples.filter(Boolean).slice(0, SAMPLES).join(' · ')}
                </small>
              </span>
              <IconArrowRight size={15} aria-hidden data-on={rule ? true : undefined} />
              <Select
                aria-label={`${t('imports.field')}: ${name}`}
                searchable
                allowDeselect={false}
                data={options(rule?.field ?? SKIP)}
                value={rule?.field ?? SKIP}
                onChange={(next) => place(name, next || null)}
              />
              {field && values && (
                <ColumnValues
                  key={field.key}
                  column={column}
                  field={field}
                  onChange={(part, reread) => change(name, part, reread)}
                />
              )}
            </li>
          )
        })}
      </ul>
      <div className={classes.options}>
        <Select
          label={t('imports.mode')}
          data={MODES.map((value) => ({ value, label: t(`imports.modes.${value}`) }))}
          value={mode}
          allowDeselect={false}
          onChange={(next) => setMode((next ?? 'create') as Mode)}
        />
        {mode !== 'create' && (
          <Select
            label={t('imports.match')}
            description={t('imports.matchHint')}
            data={[...used].flatMap((key) => {
              const field = fieldOf(meta, key)
              return field ? [{ value: key, label: field.label }] : []
            })}
            value={match}
            onChange={setMatch}
          />
        )}
      </div>
      {(failure || error) && <Notice kind="error">{failure ?? messages(error)}</Notice>}
      <Group justify="space-between" mt="md" gap="xs">
        <Button onClick={onBack}>{t('common.back')}</Button>
        <Group gap="xs">
          <Button
            loading={busy}
            title={t('imports.tryOutHint')}
            onClick={() => void start(true)}
            variant="light"
          >
            {t('imports.tryOut')}
          </Button>
          <Button variant="filled" loading={busy} onClick={() => void start(false)}>
            {t('imports.run')}
            {preview.rows !== null && ` · ${format.number(preview.rows)}`}
          </Button>
        </Group>
      </Group>
    </Section>
  )
}
