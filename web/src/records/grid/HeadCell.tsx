import { UnstyledButton } from '@mantine/core'
import { type PointerEvent, type RefObject, useRef } from 'react'
import { kindOf } from '@/fields/registry'
import { IconArrowDown, IconArrowUp, IconChevronDown } from '@/ui/icons'
import { useReorder } from '@/ui/useReorder'
import classes from './Grid.module.css'
import { HeadMenu } from './HeadMenu'
import { type GridColumn, MAX_WIDTH, MIN_WIDTH } from './types'

export interface HeadCellProps {
  column: GridColumn
  index: number
  count: number
  sorted: 'asc' | 'desc' | null
  scroller: RefObject<HTMLDivElement | null>
  onSort: (sort: string | null) => void
  onFilter: (key: string) => void
  onMove: (from: number, to: number) => void
  onMoveKey: (key: string, target: string, after: boolean) => void
  onHide: () => void
  onWidth: (width: number) => void
}

/** Writes the width straight into the grid's variable while dragging: no row is drawn again. */
function useResize({ column, scroller, onWidth }: HeadCellProps) {
  return (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault()
    const handle = event.currentTarget
    const start = event.clientX
    let width = column.width
    handle.setPointerCapture(event.pointerId)
    const move = (moving: globalThis.PointerEvent) => {
      width = Math.round(column.width + moving.clientX - start)
      width = Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, width))
      scroller.current?.style.setProperty(`--w-${column.key}`, `${width}px`)
    }
    const up = () => {
      handle.removeEventListener('pointermove', move)
      onWidth(width)
    }
    handle.addEventListener('pointermove', move)
    handle.addEventListener('lostpointercapture', up, { once: true })
  }
}

export function HeadCell(props: HeadCellProps) {
  const { column, index, sorted } = props
  const ref = useRef<HTMLDivElement>(null)
  // The first column is frozen: it neither moves nor makes room.
  const edge = useReorder(ref, {
    kind: 'grid-column',
    id: column.key,
    movable: index > 0,
    handle: 'button',
    onMove: props.onMoveKey,
  })
  const startResize = useResize(props)
  const { icon: Sign, align } = kindOf(column.field)
  const Arrow = sorted === 'asc' ? IconArrowUp : IconArrowDown
  return (
    <div
      ref={ref}
      role="columnheader"
      aria-sort={sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : 'none'}
      className={classes.th}
      data-column={column.key}
      data-first={index === 0 || undefined}
      data-edge={edge ?? undefined}
      style={{ width: `var(--w-${column.key})` }}
    >
      <HeadMenu {...props}>
        <UnstyledButton className={classes.thButton} data-align={align}>
          <Sign size={14} stroke={1.7} aria-hidden />
          <span className="trunc">{column.field.label}</span>
          {sorted && <Arrow size={13} aria-hidden />}
          <IconChevronDown className={classes.chevron} size={12} aria-hidden />
        </UnstyledButton>
      </HeadMenu>
      <div
        role="separator"
        aria-orientation="vertical"
        className={classes.resize}
        onPointerDown={startResize}
        onDoubleClick={() => props.onWidth(kindOf(column.field).width)}
      />
    </div>
  )
}
