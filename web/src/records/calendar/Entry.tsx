import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import type { Field, ObjectMeta } from '@/metadata/types'
import { useFormat } from '@/ui/useFormat'
import { toWall } from '@/ui/zoned'
import classes from './Calendar.module.css'
import { addDays } from './days'

interface Props {
  meta: ObjectMeta
  field: Field
  record: RecordData
  day: string
  movable: boolean
  move: (record: RecordData, to: string) => void
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }

/** A record on its day. */
export function Entry({ meta, field, record, day, movable, move }: Props) {
  const { t } = useTranslation()
  const { timezone } = useFormat()
  const ref = useRef<HTMLAnchorElement>(null)
  const [dragging, setDragging] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (!element || !movable) return
    return draggable({
      element,
      getInitialData: () => ({ entry: record, from: day }),
      onDragStart: () => setDragging(true),
      onDrop: () => setDragging(false),
    })
  }, [record, day, movable])
  const value = String(record[field.key])
  const time = value.length > 10 ? toWall(value, timezone).slice(11, 16) : null
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.altKey && movable ? STEPS[event.key] : undefined
    if (!by) return
    event.preventDefault()
    move(record, addDays(day, by))
  }
  return (
    <Link
      ref={ref}
      to="/$path/$id"
      params={{ path: meta.path, id: record.id }}
      className={classes.entry}
      data-dragging={dragging || undefined}
      title={movable ? `${record.name} · ${t('list.moveDay')}` : record.name}
      onKeyDown={onKeyDown}
    >
      {time && <span className="num dim">{time}</span>}
      <span className="trunc">{record.name}</span>
    </Link>
  )
}
