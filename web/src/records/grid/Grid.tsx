import { type CSSProperties, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { fitColumns } from './fit'
import classes from './Grid.module.css'
import { GridBody } from './GridBody'
import { GridHead } from './GridHead'
import type { Range } from './range'
import { toggleAll } from './selection'
import { CHECK_WIDTH, type GridColumn, type GridLine, type SaveCell, type Selection } from './types'
import { useGridCells } from './useGridCells'

export interface GridProps {
  label: string
  object: string
  columns: GridColumn[]
  rows: RecordData[]
  /** Names the question that the rows answer: a new one begins at the top. */
  question: string
  /** Rows that are known to follow but have not come yet: drawn as outlines. */
  pending: number
  /** Records in groups: what is drawn, line by line; `rows` are the records among them. */
  lines?: GridLine[]
  /** A line that is no record, as it stands in a column. */
  lineCell?: (line: GridLine, column: GridColumn, index: number) => ReactNode
  /** Told of the lines on the screen. */
  onSeen?: (first: number, last: number) => void
  sort: string | null
  selection: Selection
  /** The record open in the side panel. */
  peek?: string
  editable: boolean
  footer: (column: GridColumn, index: number) => ReactNode
  onSelection: (selection: Selection) => void
  onOpen: (record: RecordData) => void
  onSave: SaveCell
  /** A block copied elsewhere is put at a range. */
  onPaste: (range: Range, text: string) => void
  /** The first row of a range is repeated below. */
  onFill: (range: Range) => void
  onClear: (range: Range) => void
  /** The last change of one's own is taken back. */
  onUndo: () => void
  onSort: (sort: string | null) => void
  onFilter: (key: string) => void
  onColumns: (columns: GridColumn[]) => void
  /** The reader comes near the end of what is loaded. */
  onEnd: () => void
  /** A key asks how the value of a cell came about. */
  onHistory?: (record: RecordData, key: string) => void
  /** What is drawn over the cells, given the element they lie in. */
  overlay?: (grid: HTMLElement) => ReactNode
}

/** A table of any length: only what is on the screen exists; widths are CSS variables of the root. */
export function Grid(given: GridProps) {
  const { t } = useTranslation()
  // State, not only a ref: the body below is drawn again once there is an element to scroll.
  const [element, setElement] = useState<HTMLDivElement | null>(null)
  const room = useWidth(element)
  const columns = useMemo(() => fitColumns(given.columns, room), [given.columns, room])
  const props = { ...given, columns }
  const { rows, pending, selection, onSelection } = props
  const scroller = useRef<HTMLDivElement | null>(null)
  scroller.current = element
  const scrollTo = useRef<((row: number) => void) | null>(null)
  const cells = useGridCells(props, scroller, (row) => scrollTo.current?.(row))
  const widths = Object.fromEntries(columns.map(({ key, width }) => [`--w-${key}`, `${width}px`]))
  const total = columns.reduce((sum, column) => sum + column.width, CHECK_WIDTH)
  const { active, editing, focused } = cells
  const activeId =
    focused && rows[active.row] && columns[active.column]
      ? `cell-${rows[active.row]!.id}-${columns[active.column]!.key}`
      : undefined
  const toggle = () =>
    onSelection(
      toggleAll(
        selection,
        rows.map((row) => row.id),
      ),
    )
  return (
    <div
      ref={setElement}
      className={classes.grid}
      role="grid"
      aria-label={props.label}
      aria-rowcount={pending ? -1 : rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      aria-activedescendant={activeId}
      tabIndex={0}
      style={{ ...widths, '--total': `${total}px` } as CSSProperties}
      {...cells.handlers}
    >
      <GridHead
        {...props}
        scroller={scroller}
        allLabel={t('list.selectAll')}
        onToggleAll={toggle}
      />
      <GridBody
        {...props}
        element={element}
        scrollTo={scrollTo}
        active={active}
        range={cells.range}
        focused={focused}
        editing={editing}
        actions={cells.actions}
      />
      <div role="rowgroup" className={classes.foot}>
        <div role="row" className={classes.footRow}>
          <div role="gridcell" className={classes.check} />
          {columns.map((column, index) => (
            <div
              key={column.key}
              role="gridcell"
              className={classes.td}
              data-first={index === 0 || undefined}
              style={{ width: `var(--w-${column.key})` }}
            >
              {props.footer(column, index)}
            </div>
          ))}
        </div>
      </div>
      {element && props.overlay?.(element)}
    </div>
  )
}

/** The width inside an element, followed as it changes; 0 before there is one. */
function useWidth(element: HTMLElement | null) {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    setWidth(element.clientWidth)
    return () => observer.disconnect()
  }, [element])
  return width
}
