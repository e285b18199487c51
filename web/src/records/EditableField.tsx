import { UnstyledButton } from '@mantine/core'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { FieldDisplay, FieldInput } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import type { Field, ObjectMeta } from '@/metadata/types'
import classes from './EditableField.module.css'
import { isLocked } from './locks'
import { MaskedValue } from './MaskedValue'
import { FieldHistory } from './past/FieldHistory'
import { useSaveField } from './save/useSaveField'

interface Props {
  meta: ObjectMeta
  record: RecordData
  field: Field
}

/** A label with its value; a click edits in place, Enter or leaving saves, Esc reverts. */
export function EditableField({ meta, record, field }: Props) {
  const { t } = useTranslation()
  const [editing, setEditing] = useState(false)
  const locked = isLocked(meta.object, record, field.key)
  const editable = meta.rights.update && field.editable && !field.masked && !locked
  const value = record[field.key]
  const shown = field.masked ? (
    <MaskedValue meta={meta} id={record.id} field={field} value={value} />
  ) : (
    <FieldDisplay field={field} value={value} record={record} />
  )
  return (
    <div className={classes.row}>
      <dt>{field.label}</dt>
      <dd>
        {editing ? (
          <Editor meta={meta} record={record} field={field} done={() => setEditing(false)} />
        ) : (
          <>
            {/* The value may hold a link of its own, so the button lies beside it, not around it. */}
            <span className={classes.value}>{shown}</span>
            {editable && (
              <UnstyledButton
                className={classes.edit}
                aria-label={`${t('common.edit')}: ${field.label}`}
                onClick={() => setEditing(true)}
              />
            )}
            {record.id && <FieldHistory meta={meta} id={record.id} field={field} />}
          </>
        )}
      </dd>
    </div>
  )
}

function Editor({ meta, record, field, done }: Props & { done: () => void }) {
  const save = useSaveField(meta)
  const [value, setValue] = useState<unknown>(record[field.key] ?? null)
  const ended = useRef(false)
  const end = (next: unknown, keep: boolean) => {
    if (ended.current) return
    ended.current = true
    if (keep) void save(record, field, next)
    done()
  }
  const { picks } = kindOf(field)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.stopPropagation()
      end(value, false)
    }
    const newline = field.multiline || event.shiftKey
    if (event.key === 'Enter' && !picks && !newline) end(value, true)
  }
  return (
    <div
      role="group"
      aria-label={field.label}
      className={classes.editor}
      onBlur={(event) => {
        const to = event.relatedTarget
        // Pickers live in a portal: focus moving there has not left the field.
        if (to && (event.currentTarget.contains(to) || to.closest('[data-portal]'))) return
        if (!picks) end(value, true)
        else setTimeout(() => end(value, true), 200)
      }}
    >
      <FieldInput
        field={field}
        value={value}
        inline
        autoFocus
        record={record}
        object={meta.object}
        onChange={setValue}
        onCommit={(next) => end(next, true)}
        onKeyDown={onKeyDown}
      />
    </div>
  )
}
