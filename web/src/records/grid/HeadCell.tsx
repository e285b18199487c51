import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import {
  attachClosestEdge,
  type Edge,
  extractClosestEdge,
} from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { UnstyledButton } from '@mantine/core'
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { kindOf } from '@/fields/registry'
import { IconArrowDown, IconArrowUp, IconChevronDown } from '@/ui/icons'
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
  onMoveKey: (key: string, to: number) => void
  onHide: () => void
  onWidth: (width: number) => void
}

const DRAG = 'grid-column'

/** Drags this header to another place and shows where another would land; the first is frozen. */
function useReorder(props: HeadCellProps) {
  const { column, index } = props
  const ref = useRef<HTMLDivElement>(null)
  const [edge, setEdge] = useState<Edge | null>(null)
  const moveKey = useRef(props.onMoveKey)
  moveKey.current = props.onMoveKey
  useEffect(() => {
    const element = ref.current
    if (!element || index === 0) return
    return combine(
      draggable({
        element,
        dragHandle: element.querySelector('button') ?? undefined,
        getInitialData: () => ({ kind: DRAG, key: column.key, index }),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data.kind === DRAG && source.data.key !== column.key,
        getData: ({ input }) =>
          attachClosestEdge({}, { element, input, allowedEdges: ['left', 'right'] }),
        onDrag: ({ self }) => setEdge(extractClosestEdge(self.data)),
        onDragLeave: () => setEdge(null),
        onDrop: ({ source, self }) => {
          setEdge(null)
          const after = extractClosestEdge(self.data) === 'right' ? 1 : 0
          const shift = Number(source.data.index) < index ? -1 : 0
          moveKey.current(String(source.data.key), index + after + shift)
        },
      }),
    )
  }, [column.key, index])
  return { ref, edge }
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
  const { ref, edge } = useReorder(props)
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
