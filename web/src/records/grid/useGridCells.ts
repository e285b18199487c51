import {
  type ClipboardEvent,
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useMemo,
  useRef,
  useState,
} from 'react'
import { kindOf } from '@/fields/registry'
import { isEmpty } from '@/fields/types'
import { useFormat } from '@/ui/useFormat'
import type { GridProps } from './Grid'
import { afterCommit, moved } from './keys'
import { toggleRow } from './selection'
import type { Cell } from './types'

export type CommitMove = 'down' | 'next' | 'previous' | 'stay'

const DOUBLE_MS = 220

/** What a row calls; stable, so that rows are not drawn again because of it. */
export interface CellActions {
  click: (cell: Cell) => void
  edit: (cell: Cell) => void
  /** Ticks a row; with `range` all rows from the last ticked one to it. */
  toggle: (id: string, range: boolean) => void
  commit: (value: unknown, move: CommitMove) => void
  cancel: () => void
}

/** The active cell and its editing, by keyboard and mouse, like a spreadsheet. */
export function useGridCells(
  props: GridProps,
  scroller: RefObject<HTMLDivElement | null>,
  scrollTo: (row: number) => void,
) {
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 })
  const [editing, setEditing] = useState(false)
  const [focused, setFocused] = useState(false)
  const format = useFormat()
  // The newest props and state, for handlers that must stay the same function.
  const now = useRef({ props, active, scrollTo })
  now.current = { props, active, scrollTo }
  const opening = useRef<ReturnType<typeof setTimeout>>(undefined)

  const actions = useMemo<CellActions>(() => {
    const focus = () => scroller.current?.focus({ preventScroll: true })
    return {
      click(cell) {
        setActive(cell)
        focus()
        const record = now.current.props.rows[cell.row]
        // What opens may cover the cell: a second click, which edits, must still find it.
        clearTimeout(opening.current)
        if (record) opening.current = setTimeout(() => now.current.props.onOpen(record), DOUBLE_MS)
      },
      edit(cell) {
        clearTimeout(opening.current)
        setActive(cell)
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
    }
  }, [scroller])

  const onKeyDown = (event: KeyboardEvent) => {
    if (editing || event.target !== scroller.current || event.nativeEvent.isComposing) return
    const page = Math.floor((scroller.current.clientHeight - 80) / 38)
    const extent = { rows: props.rows.length, columns: props.columns.length, page }
    const next = moved(active, event, extent)
    const record = props.rows[active.row]
    if (next) {
      setActive(next)
      scrollTo(next.row)
      revealColumn(scroller.current, props.columns[next.column]?.key)
    } else if (event.key === 'Enter' || event.key === 'F2') {
      actions.edit(active)
      const field = props.columns[active.column]?.field
      if (record && (!props.editable || !field?.editable)) props.onOpen(record)
    } else if ((event.key === ' ' || event.key === 'x') && record) {
      actions.toggle(record.id, event.shiftKey)
    } else if (event.key === 'c' && (event.ctrlKey || event.metaKey) && record) {
      copy()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const copy = () => {
    const field = props.columns[active.column]?.field
    const value = field && props.rows[active.row]?.[field.key]
    const text = field && !isEmpty(value) ? kindOf(field).toText(value, field, format) : ''
    void navigator.clipboard?.writeText(text)
  }
  const onPaste = (event: ClipboardEvent) => {
    if (editing || event.target !== scroller.current) return
    event.preventDefault()
    props.onPaste(active, event.clipboardData.getData('text/plain'))
  }
  return {
    active,
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

/** Brings a column into view between the frozen ones and the edge. */
function revealColumn(grid: HTMLElement, key: string | undefined) {
  const head = grid.querySelector<HTMLElement>(`[data-column="${key}"]`)
  const frozen = grid.querySelector<HTMLElement>('[data-first]')
  if (!head || !frozen || head === frozen) return
  const start = head.offsetLeft
  const left = frozen.offsetLeft + frozen.offsetWidth
  if (start - grid.scrollLeft < left) grid.scrollLeft = start - left
  const end = start + head.offsetWidth
  if (end > grid.scrollLeft + grid.clientWidth) grid.scrollLeft = end - grid.clientWidth
}
