import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { ActionIcon, UnstyledButton } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { kindOf } from '@/fields/registry'
import type { Field, ObjectMeta } from '@/metadata/types'
import { IconPlus } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { openCreate } from '../form/createStore'
import classes from './Calendar.module.css'
import { Entry } from './Entry'

export interface DayProps {
  meta: ObjectMeta
  field: Field
  day: string
  today: string
  /** Of the month before or after. */
  outside: boolean
  records: RecordData[]
  /** How many are shown before the rest is asked for. */
  most: number
  movable: boolean
  move: (record: RecordData, to: string) => void
}

/** One day: what stands on it, and where others are dropped. */
export function Day(props: DayProps) {
  const { meta, field, day, today, outside, records, most, movable, move } = props
  const { t } = useTranslation()
  const format = useFormat()
  const root = useRef<HTMLElement>(null)
  const [over, setOver] = useState(false)
  const [all, setAll] = useState(false)
  useEffect(() => {
    const element = root.current
    if (!element || !movable) return
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => 'entry' in source.data && source.data.from !== day,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false)
        move(source.data.entry as RecordData, day)
      },
    })
  }, [day, movable, move])
  const shown = all ? records : records.slice(0, most)
  const name = format.day(day)
  const create = () =>
    openCreate({
      object: meta.object,
      values: { [field.key]: kindOf(field).onDay?.(day, format.timezone) ?? day },
      onCreated: () => undefined,
    })
  return (
    <section
      ref={root}
      className={classes.day}
      aria-label={name}
      data-over={over || undefined}
      data-outside={outside || undefined}
      data-today={day === today || undefined}
    >
      <header>
        <b className="num">{Number(day.slice(8))}</b>
        <span className={classes.phoneDay}>{name}</span>
        {meta.rights.create && field.editable && (
          <ActionIcon
            size={24}
            className={classes.add}
            aria-label={t('list.newOn', { day: name })}
            onClick={create}
          >
            <IconPlus size={14} />
          </ActionIcon>
        )}
      </header>
      {shown.map((record) => (
        <Entry key={record.id} {...{ meta, field, record, day, movable, move }} />
      ))}
      {records.length > shown.length && (
        <UnstyledButton className={classes.more} onClick={() => setAll(true)}>
          {t('list.moreOn', { count: records.length - shown.length })}
        </UnstyledButton>
      )}
    </section>
  )
}
