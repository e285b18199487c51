import { Button, Group, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { type Mode, type Preview, startImport } from '@/api/imports'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconArrowRight } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { Section } from '@/ui/Section'
import { messageOf } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import { titleField } from '../list/columns'
import classes from './Import.module.css'

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

/** Where each column goes; suggestions come with the preview. */
export function Mapping({ meta, file, preview, onStarted, onBack }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [places, setPlaces] = useState<Record<string, string>>(() =>
    Object.fromEntries(preview.columns.map(({ name, suggested }) => [name, suggested ?? SKIP])),
  )
  const [mode, setMode] = useState<Mode>('create')
  const [match, setMatch] = useState<string | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const fields = meta.fields.filter((field) => !field.system && (field.editable || field.unique))
  const used = new Set(Object.values(places).filter(Boolean))
  const title = titleField(meta)
  const options = (own: string) => [
    { value: SKIP, label: t('imports.skip') },
    ...fields
      .filter((field) => field.key === own || !used.has(field.key))
      .map((field) => ({ value: field.key, label: field.label })),
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
    const columns = Object.fromEntries(
      Object.entries(places)
        .filter(([, field]) => field)
        .map(([name, field]) => [name, { field }]),
    )
    const matched = mode === 'create' ? {} : { match: match! }
    setBusy(true)
    try {
      const { id } = await startImport(file, meta.object, {
        map: { columns },
        mode,
        dry_run,
        ...matched,
      })
      onStarted(id)
    } catch (error) {
      const byField = isApiError(error) ? Object.values(error.fields) : []
      setFailure([messageOf(error), ...byField].join(' '))
    }
    setBusy(false)
  }
  const facts = [
    file.name,
    preview.rows !== null && t('imports.rows', { count: preview.rows }),
    preview.encoding && t('imports.encoding', { name: preview.encoding.toUpperCase() }),
  ].filter(Boolean)
  return (
    <Section title={`${t('imports.mapping')} · ${meta.label_plural}`}>
      <p className={classes.facts}>{facts.join(' · ')}</p>
      <p className={classes.hint}>{t('imports.mappingHint')}</p>
      <ul className={classes.columns} aria-label={t('imports.mapping')}>
        {preview.columns.map(({ name, samples }) => (
          <li key={name}>
            <span className={classes.column}>
              <b className="trunc">{name}</b>
              <small className="trunc">
                {samples.filter(Boolean).slice(0, SAMPLES).join(' · ')}
              </small>
            </span>
            <IconArrowRight size={15} aria-hidden data-on={places[name] ? true : undefined} />
            <Select
              aria-label={`${t('imports.field')}: ${name}`}
              searchable
              allowDeselect={false}
              data={options(places[name] ?? SKIP)}
              value={places[name] ?? SKIP}
              onChange={(field) => setPlaces((all) => ({ ...all, [name]: field ?? SKIP }))}
            />
          </li>
        ))}
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
      {failure && <Notice kind="error">{failure}</Notice>}
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
