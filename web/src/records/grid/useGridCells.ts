import {
  type ClipboardEvent,
  type FocusEvent,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useFormat } from '@/ui/useFormat'
import { copy, dragDown, fillRange, revealColumn } from './block'
import type { GridProps } from './Grid'
import { afterCommit, moved } from './keys'
import { rangeOf } from './range'
import { toggleRow } from './selection'
import type { Cell } from './types'

export type CommitMove = 'down' | 'next' | 'previous' | 'stay'

const DOUBLE_MS = 220

/** What a row calls; stable, so that rows are not drawn again because of it. */
export interface CellActions {
  /** Goes to a cell; with `range` the block from the active cell to it is chosen. */
  click: (cell: Cell, range: boolean) => void
  edit: (cell: Cell) => void
  /** Ticks a row; with `range` all rows from the last ticked one to it. */
  toggle: (id: string, range: boolean) => void
  commit: (value: unknown, move: CommitMove) => void
  cancel: () => void
  /** The corner of the block is taken: it fills as far down as it is dragged. */
  drag: (event: PointerEvent) => void
}

/** The active cell and its editing, by keyboard and mouse, like a spreadsheet. */
export function useGridCells(
  props: GridProps,
  scroller: RefObject<HTMLDivElement | null>,
  scrollTo: (row: number) => void,
) {
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 })
  // The other corner of the chosen block, where it is more than the active cell.
  const [corner, setCorner] = useState<Cell | null>(null)
  const [editing, setEditing] = useState(false)
  const [focused, setFocused] = useState(false)
  const format = useFormat()
  // The newest props and state, for handlers that must stay the same function.
  const range = rangeOf(active, corner ?? active)
  const now = useRef({ props, active, range, scrollTo })
  now.current = { props, active, range, scrollTo }
  const opening = useRef<ReturnType<typeof setTimeout>>(undefined)

  const actions = useMemo<CellActions>(() => {
    const focus = () => scroller.current?.focus({ preventScroll: true })
    return {
      click(cell, extend) {
        setCorner(extend ? cell : null)
        clearTimeout(opening.current)
        if (!extend) setActive(cell)
        focus()
        if (extend) return
        const record = now.current.props.rows[cell.row]
        // What opens may cover the cell: a second click, which edits, must still find it.
        if (record) opening.current = setTimeout(() => now.current.props.onOpen(record), DOUBLE_MS)
      },
      edit(cell) {
        clearTimeout(opening.current)
        setActive(cell)
        setCorner(null)
        const { props: grid } = now.current
        const field = grid.columns[cell.column]?.field
        if (grid.editable && field?.editable && !field.masked) setEditing(true)
      },
      toggle(id, range) {
        const { rows, selection, onSelection } = now.current.props
        const order = rows.map((row) => row.id)
        onSelection(toggleRow(selection, order, id, range))
      },
      commit(value, move) {
        const { props: grid, active: at } = now.current
        const record = grid.rows[at.row]
        const field = grid.columns[at.column]?.field
        setEditing(false)
        if (record && field) grid.onSave(record, field, value)
        const next = afterCommit(at, move, grid.rows.length, grid.columns.length)
        setActive(next)
        now.current.scrollTo(next.row)
        focus()
      },
      cancel() {
        setEditing(false)
        focus()
      },
      drag(event) {
        const { range: from } = now.current
        event.preventDefault()
        dragDown((row) => {
          const to = { ...from, bottom: Math.max(from.bottom, row) }
          setActive({ row: to.top, column: to.left })
          setCorner({ row: to.bottom, column: to.right })
          return () => to.bottom > from.bottom && now.current.props.onFill(to)
        })
      },
    }
  }, [scroller])

  const go = (next: Cell, extend: boolean) => {
    if (!extend) setActive(next)
    setCorner(extend ? next : null)
    scrollTo(next.row)
    if (scroller.current) revealColumn(scroller.current, props.columns[next.column]?.key)
  }
  const askHistory = () => {
    const [record, column] = [props.rows[active.row], props.columns[active.column]]
    if (record && column) props.onHistory?.(record, column.key)
  }
  /** What a key does to the chosen block; undefined when it does nothing. */
  const blockKey = (event: KeyboardEvent): (() => void) | undefined => {
    const control = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    if (control && key === 'c') return () => copy(props, range, format)
    if (control && key === 'z' && !event.shiftKey) return props.onUndo
    if (key === 'h' && !control && !event.altKey) return askHistory
    if (!props.editable) return
    if (control && key === 'd') return () => props.onFill(fillRange(range))
    if (key === 'delete' || key === 'backspace') return () => props.onClear(range)
    return
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (editing || event.target !== scroller.current || event.nativeEvent.isComposing) return
    const page = Math.floor((scroller.current.clientHeight - 80) / 38)
    const extent = { rows: props.rows.length, columns: props.columns.length, page }
    const next = moved(event.shiftKey ? (corner ?? active) : active, event, extent)
    const record = props.rows[active.row]
    const act = record && blockKey(event)
    if (next) go(next, event.shiftKey)
    else if (act) act()
    else if (event.key === 'Escape' && corner) setCorner(null)
    else if (event.key === 'Enter' || event.key === 'F2') {
      actions.edit(active)
      const field = props.columns[active.column]?.field
      if (record && (!props.editable || !field?.editable)) props.onOpen(record)
    } else if ((event.key === ' ' || event.key === 'x') && record) {
      actions.toggle(record.id, event.shiftKey)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const onPaste = (event: ClipboardEvent) => {
    if (editing || event.target !== scroller.current || !props.editable) return
    event.preventDefault()
    props.onPaste(range, event.clipboardData.getData('text/plain'))
  }
  return {
    active,
    range,
    editing,
    focused,
    actions,
    handlers: {
      onKeyDown,
      onPaste,
      onFocus: (event: FocusEvent) => setFocused(event.target === event.currentTarget),
      onBlur: () => setFocused(false),
    },
  }
}
