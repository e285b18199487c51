import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useImperativeHandle, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { GridProps } from './Grid'
import classes from './Grid.module.css'
import { GridRow } from './GridRow'
import { Line } from './Line'
import { isSingle, type Range } from './range'
import { isSelected } from './selection'
import type { Cell } from './types'
import type { CellActions } from './useGridCells'

interface Props extends GridProps {
  /** What scrolls; null before the first drawing. */
  element: HTMLDivElement | null
  /** Filled with the function that brings a row into view. */
  scrollTo: RefObject<((row: number) => void) | null>
  active: Cell
  /** The chosen block around the active cell. */
  range: Range
  /** The active cell is shown: the grid has the focus, or is being edited. */
  focused: boolean
  editing: boolean
  actions: CellActions
}

const ROW_HEIGHT = 38
/** Both stay on the screen and take of its height; the rows begin below the one. */
const HEAD_HEIGHT = 35
const FOOT_HEIGHT = 37
/** Rows before the end at which the next page is asked for. */
const LOOK_AHEAD = 60

/** The rows on the screen. Scrolling draws this part alone, never the head or the page around. */
export function GridBody(props: Props) {
  const { range } = props
  const shown = props.focused || props.editing
  const single = isSingle(range)
  const { rows, pending, lines, onSeen, onEnd, active, editing, element } = props
  const { t } = useTranslation()
  const virtual = useVirtualizer({
    count: lines?.length ?? rows.length + pending,
    getScrollElement: () => element,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollPaddingEnd: HEAD_HEIGHT + FOOT_HEIGHT,
  })
  const lineOf = useMemo(
    () => new Map(lines?.flatMap((line, at) => ('row' in line ? [[line.row, at] as const] : []))),
    [lines],
  )
  useImperativeHandle(
    props.scrollTo,
    () => (row: number) => virtual.scrollToIndex(lines ? (lineOf.get(row) ?? 0) : row),
    [virtual, lines, lineOf],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new question begins at the top
  useEffect(() => virtual.scrollToOffset(0), [props.question])
  const { peek } = props
  const opened = peek ? rows.findIndex((row) => row.id === peek) : -1
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is opened is followed, not what moves
  useEffect(() => {
    if (opened >= 0) virtual.scrollToIndex(lines ? (lineOf.get(opened) ?? 0) : opened)
  }, [peek, opened >= 0, element])
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  // Flung past everything that was on the screen: outlines until it slows down, or a frame would
  // take as long as drawing the whole screen anew.
  const seen = useRef({ first, last })
  const flung = virtual.isScrolling && (first > seen.current.last || last < seen.current.first)
  useEffect(() => {
    seen.current = { first, last }
  }, [first, last])
  useEffect(() => {
    if (!flung) onSeen?.(first, last)
  }, [first, last, flung, onSeen])
  useEffect(() => {
    if (pending > 0 && last >= rows.length - LOOK_AHEAD) onEnd()
  }, [last, rows.length, pending, onEnd])
  return (
    <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
      {items.map(({ index: at, start }) => {
        const line = lines ? lines[at] : { row: at }
        if (line && ('head' in line || 'rest' in line)) {
          return <Line key={`line-${at}`} {...props} line={line} top={start} />
        }
        const index = line && 'row' in line ? line.row : -1
        const record = rows[index]
        if (!record || flung)
          return <div key={`ghost-${at}`} className={classes.ghost} style={{ top: start }} />
        return (
          <GridRow
            key={record.id}
            record={record}
            object={props.object}
            columns={props.columns}
            index={index}
            top={start}
            selected={isSelected(props.selection, record.id)}
            peek={record.id === props.peek}
            activeColumn={active.row === index && shown ? active.column : -1}
            from={shown && !single && index >= range.top && index <= range.bottom ? range.left : -1}
            to={range.right}
            handle={
              props.editable && shown && !editing && index === range.bottom ? range.right : -1
            }
            editing={editing && active.row === index}
            selectLabel={t('list.selectRow', { name: record.name })}
            actions={props.actions}
          />
        )
      })}
    </div>
  )
}
