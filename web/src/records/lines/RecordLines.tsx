import { Button, Group } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { FieldDisplay, FieldInput } from '@/fields/Field'
import { isEmpty } from '@/fields/types'
import i18n from '@/i18n'
import type { Field, ObjectMeta } from '@/metadata/types'
import { confirm } from '@/ui/confirm'
import { Empty } from '@/ui/Empty'
import { IconListDetails, IconLock, IconPencil } from '@/ui/icons'
import { isLocked } from '../locks'
import classes from './RecordLines.module.css'
import { useSaveLines } from './useSaveLines'

interface Props {
  meta: ObjectMeta
  record: RecordData
  field: Field
}

/** The lines of a record: read as a table, edited in place, saved as a whole. */
export default function RecordLines({ meta, record, field }: Props) {
  const { t } = useTranslation()
  const [editing, setEditing] = useState(false)
  const locked = isLocked(meta.object, record, field.key)
  const may = meta.rights.update && field.editable && !field.masked
  const value = record[field.key]
  if (editing && may && !locked) {
    return <Editor {...{ meta, record, field }} done={() => setEditing(false)} />
  }
  if (isEmpty(value)) {
    const hint = field.custom ? (field.help ?? '') : t('lines.emptyHint')
    return (
      <Empty icon={IconListDetails} title={t('lines.empty')} hint={may ? hint : ''}>
        {may && !locked && (
          <Button variant="filled" onClick={() => setEditing(true)}>
            {t('lines.first')}
          </Button>
        )}
      </Empty>
    )
  }
  return (
    <>
      <div className={classes.bar}>
        <span className="grow" />
        {may && locked && (
          <span className={classes.locked}>
            <IconLock size={13} aria-hidden />
            {t('lines.locked')}
          </span>
        )}
        {may && !locked && (
          <Button leftSection={<IconPencil size={14} />} onClick={() => setEditing(true)}>
            {t('lines.edit')}
          </Button>
        )}
      </div>
      <FieldDisplay field={field} value={value} record={record} />
    </>
  )
}

function Editor({ meta, record, field, done }: Props & { done: () => void }) {
  const { t } = useTranslation()
  const [base] = useState(record)
  const [value, setValue] = useState<unknown>(base[field.key] ?? null)
  const { save, busy, error, errors } = useSaveLines(meta, field)
  const changed = JSON.stringify(value) !== JSON.stringify(base[field.key] ?? null)
  useBlocker({
    shouldBlockFn: async ({ current, next }) =>
      changed && current.pathname !== next.pathname && !(await sureToLeave()),
    enableBeforeUnload: changed,
  })
  const submit = async () => {
    if (!changed || (await save(base, value))) done()
  }
  const keys = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return
    if (event.key !== 'Enter' && event.key !== 's') return
    event.preventDefault()
    void submit()
  }
  return (
    <form
      onKeyDown={keys}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <FieldInput
        field={field}
        value={value}
        inline
        autoFocus
        error={error}
        errors={errors}
        record={base}
        object={meta.object}
        onChange={setValue}
      />
      <Group className={classes.actions} justify="flex-end" gap="xs">
        {changed && <span className="dim3">{t('lines.unsaved')}</span>}
        <Button onClick={done}>{t('common.cancel')}</Button>
        <Button type="submit" variant="filled" loading={busy}>
          {t('common.save')}
        </Button>
      </Group>
    </form>
  )
}

const sureToLeave = () =>
  confirm({
    title: i18n.t('lines.leaveTitle'),
    body: i18n.t('lines.leaveBody'),
    yes: i18n.t('lines.leave'),
    danger: true,
  })
