import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Count, ListParams, RecordData } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import type { Grouping } from '@/fields/grouping'
import { kindOf } from '@/fields/registry'
import { pathField } from '@/fields/steps'
import { isEmpty } from '@/fields/types'
import { fieldOf, fieldsOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { IconPhone } from '@/ui/icons'
import { DueCell } from '../DueCell'
import { turnOf } from '../due'
import type { GridLine } from '../grid/types'
import { titleField } from './columns'
import { FigureText } from './FigureCell'
import { GroupName, GroupRest, summedKeys } from './GroupLine'
import classes from './ListCards.module.css'
import { Total } from './Total'
import type { useGroups } from './useGroups'
import type { useListRows } from './useListRows'
import type { ListState } from './useListState'

interface Props {
  meta: ObjectMeta
  state: ListState
  params: ListParams
  list: ReturnType<typeof useListRows>
  /** The records in groups, and what groups them. */
  grouping: Grouping | null
  groups: ReturnType<typeof useGroups>
  count: Count | undefined
  open: (record: RecordData) => void
}
const CARD_HEIGHT = 76
const HEAD_HEIGHT = 44

/** The list on a phone: cards, never a squeezed table; in groups under heads with their sums. */
export function ListCards(props: Props) {
  const { meta, list, grouping, groups, count, open } = props
  const { pending, more } = list
  const rows = grouping ? groups.rows : list.rows
  const lines = grouping ? groups.lines : null
  const scroller = useRef<HTMLDivElement>(null)
  const lineAt = (index: number): GridLine => lines?.[index] ?? { row: index }
  const virtual = useVirtualizer({
    count: lines?.length ?? rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) =>
      'head' in lineAt(index) || 'rest' in lineAt(index) ? HEAD_HEIGHT : CARD_HEIGHT,
    overscan: 8,
  })
  // Heads and cards have other heights: what was reckoned for other lines does not hold.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the lines are others
  useEffect(() => virtual.measure(), [lines])
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  const { seen } = groups
  useEffect(() => {
    if (lines) seen(first, last)
    else if (pending && last > rows.length - 30) more()
  }, [lines, seen, first, last, pending, rows.length, more])
  const face = useMemo(() => faceOf(meta), [meta])
  return (
    <div ref={scroller} className={classes.cards}>
      <ul style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start, size }) => {
          const line = lineAt(index)
          const record = 'row' in line ? rows[line.row] : undefined
          const style = { transform: `translateY(${start}px)`, height: size }
          if (!record) {
            return (
              <li key={`line-${index}`} className={classes.line} style={style}>
                <CardLine {...props} line={line} />
              </li>
            )
          }
          return (
            <li key={record.id} style={style}>
              <Card {...{ meta, record, face, open }} />
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

/** A line that is no record: the head of a group with its first sum, or what it has beyond. */
function CardLine(props: Props & { line: GridLine }) {
  const { meta, grouping, groups, line } = props
  if (!grouping || 'waits' in line || 'row' in line) return null
  const group = groups.groups?.['head' in line ? line.head : line.rest]
  if (!group) return null
  if ('rest' in line) return <GroupRest {...props} grouping={grouping} group={group} />
  const [summed] = summedKeys(meta, props.state.columns)
  const field = summed && fieldOf(meta, summed)
  return (
    <>
      <GroupName {...props} grouping={grouping} group={group} />
      {field && <FigureText field={field} op="sum" value={group.values[0]} />}
    </>
  )
}

/** The field that says how far a record is, such as the stage of a deal. */
const stateField = (meta: ObjectMeta) =>
  fieldOf(meta, meta.stage_path?.field ?? pathField(meta.object) ?? meta.board?.field ?? '')

/** What of a record stands on its card. */
function faceOf(meta: ObjectMeta) {
  const title = titleField(meta).key
  const fields = fieldsOf(meta, meta.layout.card.length ? meta.layout.card : meta.layout.list)
  const state = stateField(meta)
  return {
    state,
    fields: fields.filter(({ key }) => key !== title && key !== state?.key),
    dialled: meta.fields.find((field) => kindOf(field).dials && !field.masked),
  }
}

interface CardProps {
  meta: ObjectMeta
  record: RecordData
  face: ReturnType<typeof faceOf>
  open: (record: RecordData) => void
}
/**
 * Beside the name a number, below how far it is and what else there is room for. Scrolling draws the
 * cards that come, not once more those that are there.
 */
const Card = memo(function Card({ meta, record, face, open }: CardProps) {
  const { state, fields, dialled } = face
  const filled = fields.filter((field) => !isEmpty(record[field.key]))
  const figure = filled.find((field) => kindOf(field).align === 'end')
  const below = filled.filter((field) => field !== figure).slice(0, 2)
  return (
    <>
      <button type="button" className={classes.card} onClick={() => open(record)}>
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
                <DueCell field={field} record={record} turn={turnOf(meta, field)} short />
              </span>
            ))}
          </span>
        </span>
      </button>
      {dialled && <Call value={record[dialled.key]} />}
    </>
  )
})

/** Calls whom the card is about, without opening it. */
function Call({ value }: { value: unknown }) {
  const { t } = useTranslation()
  if (typeof value !== 'string' || !value) return null
  return (
    <a className={classes.call} href={`tel:${value}`} aria-label={t('fields.call', { value })}>
      <IconPhone size={19} aria-hidden />
    </a>
  )
}
