import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { ActionIcon, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { memo, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import type { Step } from '@/fields/steps'
import { isEmpty } from '@/fields/types'
import { fieldsOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { IconClock, IconDots } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import { titleField } from '../list/columns'
import classes from './Board.module.css'
import type { Move } from './useMove'

interface Props {
  meta: ObjectMeta
  field: Field
  step: Step
  steps: Step[]
  record: RecordData
  top: number
  move: Move
}
const DAY_MS = 86_400_000
const idleDays = (record: RecordData) =>
  Math.floor((Date.now() - new Date(String(record.updated_at)).getTime()) / DAY_MS)

function useDrag(record: RecordData, step: Step, enabled: boolean) {
  const ref = useRef<HTMLDivElement>(null)
  const [dragging, setDragging] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (!element || !enabled) return
    return draggable({
      element,
      getInitialData: () => ({ record, from: step.id }),
      onDragStart: () => setDragging(true),
      onDrop: () => setDragging(false),
    })
  }, [record, step.id, enabled])
  return { ref, dragging }
}

/** A record as a card: dragged, or moved by its menu; one that stands still too long is coloured. */
export const Card = memo(function Card({ meta, field, step, steps, record, top, move }: Props) {
  const { t } = useTranslation()
  const movable = meta.rights.update && steps.some((one) => canEnter(field, one))
  const { ref, dragging } = useDrag(record, step, movable)
  const title = titleField(meta).key
  const fields = fieldsOf(meta, meta.layout.card).filter(
    ({ key }) => key !== title && key !== field.key && key !== 'owner' && !isEmpty(record[key]),
  )
  const figure = fields.find((one) => kindOf(one).align === 'end')
  const [first, ...rest] = fields.filter((one) => one !== figure)
  const days = step.rottingDays === null ? 0 : idleDays(record)
  const rotting = step.rottingDays !== null && days >= step.rottingDays
  return (
    <div
      ref={ref}
      className={classes.card}
      role="listitem"
      data-dragging={dragging || undefined}
      data-rotting={rotting || undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div className="row">
        <Link
          to="/$path/$id"
          params={{ path: meta.path, id: record.id }}
          className={classes.title}
          draggable={false}
        >
          {record.name}
        </Link>
        {movable && <MoveMenu {...{ field, step, steps, record, move }} />}
      </div>
      <div className={classes.middle}>
        {figure && (
          <b className="num">
            <FieldCell field={figure} value={record[figure.key]} short />
          </b>
        )}
        {first && (
          <span className={classes.fact}>
            <FieldCell field={first} value={record[first.key]} short />
          </span>
        )}
      </div>
      <div className={classes.bottom}>
        {rest.slice(0, 2).map((one) => (
          <span key={one.key} className={classes.fact} title={one.label}>
            <FieldCell field={one} value={record[one.key]} short />
          </span>
        ))}
        {rotting && (
          <span className={classes.rot} title={t('board.rotting', { count: days })}>
            <IconClock size={13} aria-hidden />
            {t('board.days', { count: days })}
          </span>
        )}
        <span className="grow" />
        {record.owner && (
          <span title={record.owner.name}>
            <Avatar name={record.owner.name} size={20} />
            <span className="sr">{record.owner.name}</span>
          </span>
        )}
      </div>
    </div>
  )
})

/** Whether cards may be moved there: by an edit, or by the action that leads there. */
const canEnter = (field: Field, step: Step) => Boolean(field.editable || step.action)

type MenuProps = Pick<Props, 'field' | 'step' | 'steps' | 'record' | 'move'>
/** The way by keyboard and on a phone. */
function MoveMenu({ field, step, steps, record, move }: MenuProps) {
  const { t } = useTranslation()
  const offered = steps.filter(
    (one) =>
      one.id !== step.id &&
      canEnter(field, one) &&
      (!step.moves.length || step.moves.includes(one.id)),
  )
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          size={24}
          className={classes.more}
          aria-label={t('board.moveCard', { name: record.name })}
        >
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('record.moveTo')}</Menu.Label>
        {offered.map((one) => (
          <Menu.Item key={one.id} onClick={() => void move(record, one)}>
            <Tag colour={one.colour} dot>
              {one.name}
            </Tag>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
