import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { Count, RecordData } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import { pathField } from '@/fields/steps'
import { isEmpty } from '@/fields/types'
import { fieldOf, fieldsOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { titleField } from './columns'
import classes from './ListCards.module.css'
import { Total } from './Total'
import type { useListRows } from './useListRows'

interface Props {
  meta: ObjectMeta
  list: ReturnType<typeof useListRows>
  count: Count | undefined
  open: (record: RecordData) => void
}
const CARD_HEIGHT = 76

/** The list on a phone: cards, never a squeezed table. */
export function ListCards({ meta, list, count, open }: Props) {
  const { rows, pending, more } = list
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    overscan: 8,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (pending && last > rows.length - 30) more()
  }, [last, pending, rows.length, more])
  const title = titleField(meta).key
  const fields = fieldsOf(meta, meta.layout.card.length ? meta.layout.card : meta.layout.list)
  const state = stateField(meta)
  const shown = fields.filter((field) => field.key !== title && field.key !== state?.key)
  return (
    <div ref={scroller} className={classes.cards}>
      <ul style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const record = rows[index]
          if (!record) return null
          return (
            <li key={record.id} style={{ transform: `translateY(${start}px)` }}>
              <Card {...{ record, state }} fields={shown} open={() => open(record)} />
            </li>
          )
        })}
      </ul>
      <p className={classes.cardsTotal}>
        <Total count={count} />
      </p>
    </div>
  )
}

/** The field that says how far a record is, such as the stage of a deal. */
const stateField = (meta: ObjectMeta) =>
  fieldOf(meta, meta.stage_path?.field ?? pathField(meta.object) ?? meta.board?.field ?? '')

interface CardProps {
  record: RecordData
  state: Field | undefined
  fields: Field[]
  open: () => void
}
/** Beside the name a number, below how far it is and what else there is room for. */
function Card({ record, state, fields, open }: CardProps) {
  const filled = fields.filter((field) => !isEmpty(record[field.key]))
  const figure = filled.find((field) => kindOf(field).align === 'end')
  const below = filled.filter((field) => field !== figure).slice(0, 2)
  return (
    <button type="button" onClick={open}>
      <Avatar name={record.name || '·'} size={36} square />
      <span className={classes.cardMiddle}>
        <span className="row between">
          <b className="trunc">{record.name}</b>
          {figure && (
            <b className={classes.figure}>
              <FieldCell field={figure} value={record[figure.key]} short />
            </b>
          )}
        </span>
        <span className="row">
          {state && !isEmpty(record[state.key]) && (
            <span className={classes.state}>
              <FieldCell field={state} value={record[state.key]} short />
            </span>
          )}
          {below.map((field) => (
            <span key={field.key} className={classes.cardField}>
              <FieldCell field={field} value={record[field.key]} short />
            </span>
          ))}
        </span>
      </span>
    </button>
  )
}
