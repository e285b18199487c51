import { Button, Group, UnstyledButton } from '@mantine/core'
import { getHotkeyHandler } from '@mantine/hooks'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePermission } from '@/api/session'
import type { RecordData } from '@/api/types'
import { fieldOf, fieldsOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { Notice } from '@/ui/Notice'
import { messageOf } from '@/ui/toast'
import { pageOf, placedKeys } from '../layout/page'
import { useRuled } from '../rules/useRuled'
import { DuplicateHint, DuplicateWarning } from './DuplicateWarning'
import { FormPage } from './FormPage'
import classes from './form.module.css'
import { KnownList } from './KnownList'
import knownClasses from './known.module.css'
import { useCreateForm } from './useCreateForm'
import { useLikely } from './useLikely'

interface Props {
  meta: ObjectMeta
  start?: Record<string, unknown>
  /** Exactly one record is wanted (by a picker): no "and another". */
  once: boolean
  onCreated: (record: RecordData, again: boolean) => void
  onClose: () => void
}

/** What tells most whether a customer is known: a number or an address first, else the name. */
function customerNamed(meta: ObjectMeta, values: Record<string, unknown>) {
  const telling = meta.fields.filter((field) => field.duplicate_key)
  const texts = [...telling.map(({ key }) => values[key]), values[meta.title_field]]
  const typed = texts.filter((one): one is string => typeof one === 'string' && one.trim() !== '')
  return typed[0]?.trim() ?? ''
}

/** Required fields first, all on demand; Ctrl Enter saves, Ctrl Shift Enter saves and begins anew. */
export function CreateForm({ meta: whole, start, once, onCreated, onClose }: Props) {
  const { t } = useTranslation()
  // What rules hide keeps its value and is sent.
  const form = useCreateForm(whole, start)
  const meta = useRuled(whole, form.values)
  const likely = useLikely(meta, form.values)
  const [all, setAll] = useState(false)
  const page = pageOf(meta, 'form', form.values)
  const placed = placedKeys(page)
  const rest = fieldsOf(meta, page.others)
  // What the server missed is asked for, wherever the layout has it, and what a rule requires.
  const wanted = rest.filter(({ key, required }) => required && !fieldOf(whole, key)?.required)
  const asked = new Set([...Object.keys(form.errors), ...wanted.map(({ key }) => key)])
  const missed = fieldsOf(meta, [...asked]).filter(
    ({ key, editable }) => editable && !placed.has(key),
  )
  // A refusal may be about nothing that stands here: no field, a hidden one, one of others' rights.
  const shown = new Set([...fieldsOf(meta, [...placed]), ...missed].map(({ key }) => key))
  const placeless = Object.keys(form.errors).some((key) => !shown.has(key))
  const failure = form.failure ?? (placeless ? messageOf(form.problem) : null)
  const [known, setKnown] = useState('')
  const named = customerNamed(meta, form.values)
  const mayLookUp = usePermission('look_up') && meta.fields.some((field) => field.duplicate_key)
  const save = async (again: boolean, allowDuplicates = false) => {
    const record = await form.submit(allowDuplicates)
    if (!record) return
    if (again) form.clear()
    onCreated(record, again)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save(false)
  }
  const keys = getHotkeyHandler([
    ['mod + Enter', () => void save(false)],
    ['mod + shift + Enter', () => void save(!once)],
  ])
  return (
    <form onSubmit={submit} onKeyDown={keys} noValidate>
      {form.restored && (
        <p className={classes.draft}>
          {t('form.draft')}
          <Button variant="subtle" size="compact-xs" onClick={form.clear}>
            {t('form.discardDraft')}
          </Button>
        </p>
      )}
      {failure && <Notice kind="error">{failure}</Notice>}
      <FormPage
        meta={meta}
        more={all ? [...rest, ...missed.filter((field) => !rest.includes(field))] : missed}
        values={form.values}
        errors={form.errors}
        problem={form.problem}
        onChange={form.change}
      />
      {rest.length > 0 && (
        <UnstyledButton className={classes.more} onClick={() => setAll(!all)}>
          {all ? t('form.fewerFields') : t('form.moreFields')}
        </UnstyledButton>
      )}
      {likely.length > 0 && !form.duplicates.length && (
        <DuplicateHint meta={meta} duplicates={likely} onOpen={onClose} />
      )}
      {form.duplicates.length > 0 && (
        <DuplicateWarning
          meta={meta}
          duplicates={form.duplicates}
          onOpen={onClose}
          onCreateAnyway={() => void save(false, true)}
        />
      )}
      {known && (
        <div className={knownClasses.inline}>
          <KnownList text={known} onOpen={onClose} />
        </div>
      )}
      <Group justify="flex-end" gap="xs" className={classes.actions}>
        {mayLookUp && (
          <Button variant="subtle" disabled={!named} onClick={() => setKnown(named)}>
            {t('shell.lookup')}
          </Button>
        )}
        <span className="grow" />
        {!once && (
          <Button onClick={() => void save(true)} disabled={form.busy}>
            {t('form.saveAndNew')}
          </Button>
        )}
        <Button type="submit" variant="filled" loading={form.busy}>
          {t('common.save')}
        </Button>
      </Group>
    </form>
  )
}
