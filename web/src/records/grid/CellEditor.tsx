import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { RecordData } from '@/api/types'
import { FieldCell, FieldInput } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import { useObject } from '@/metadata/hooks'
import type { Field } from '@/metadata/types'
import { ruledField } from '../rules/useRuled'
import classes from './Grid.module.css'
import type { CellActions, CommitMove } from './useGridCells'

interface Props {
  record: RecordData
  field: Field
  object: string
  actions: CellActions
}

/** The input inside a cell: Enter saves and goes down, Tab to the side, Esc takes it back. */
export function CellEditor(props: Props) {
  const { record, field, actions } = props
  const meta = useObject(props.object)
  const open = meta ? ruledField(meta, record, field.key) : field
  const closed = !open?.editable
  useEffect(() => {
    if (closed) actions.cancel()
  }, [closed, actions])
  return closed ? (
    <FieldCell field={field} value={record[field.key]} />
  ) : (
    <Editor {...props} field={open} />
  )
}

function Editor({ record, field, object, actions }: Props) {
  const [value, setValue] = useState<unknown>(record[field.key] ?? null)
  const root = useRef<HTMLDivElement>(null)
  const ended = useRef(false)
  const { picks } = kindOf(field)
  const commit = (next: unknown, move: CommitMove) => {
    if (ended.current) return
    ended.current = true
    actions.commit(next, move)
  }
  useEffect(() => {
    root.current?.querySelector<HTMLInputElement>('input:not([type=hidden]),textarea')?.select()
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      ended.current = true
      actions.cancel()
    } else if (event.key === 'Tab') {
      event.preventDefault()
      commit(value, event.shiftKey ? 'previous' : 'next')
    } else if (event.key === 'Enter' && !picks && !(field.multiline && event.shiftKey)) {
      event.preventDefault()
      commit(value, 'down')
    }
  }
  return (
    <div
      ref={root}
      role="group"
      aria-label={field.label}
      className={classes.editor}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        const to = event.relatedTarget
        if (to && (root.current?.contains(to) || to.closest('[data-portal]'))) return
        // A pick in a dropdown blurs the input first and reports its value right after.
        setTimeout(() => commit(value, 'stay'), picks ? 200 : 0)
      }}
    >
      <FieldInput
        field={field}
        value={value}
        inline
        autoFocus
        record={record}
        object={object}
        onChange={setValue}
        onCommit={(next) => commit(next, 'stay')}
      />
    </div>
  )
}
