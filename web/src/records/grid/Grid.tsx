import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import classes from './Grid.module.css'
import { GridHead } from './GridHead'
import { GridRow } from './GridRow'
import { isSelected, toggleAll } from './selection'
import { CHECK_WIDTH, type GridColumn, type SaveCell, type Selection } from './types'
import { useGridCells } from './useGridCells'

export interface GridProps {
  label: string
  object: string
  columns: GridColumn[]
  rows: RecordData[]
  /** Rows that are known to follow but have not come yet: drawn as outlines. */
  pending: number
  sort: string | null
  selection: Selection
  /** The record open in the side panel. */
  peek?: string
  editable: boolean
  footer: (column: GridColumn, index: number) => ReactNode
  onSelection: (selection: Selection) => void
  onOpen: (record: RecordData) => void
  onSave: SaveCell
  onPaste: (cells: { row: number; column: number }, text: string) => void
  onSort: (sort: string | null) => void
  onFilter: (key: string) => void
  onColumns: (columns: GridColumn[]) => void
  /** The reader comes near the end of what is loaded. */
  onEnd: () => void
}

const ROW_HEIGHT = 38
const HEAD_HEIGHT = 34
const FOOT_HEIGHT = 36
/** Rows before the end at which the next page is asked for. */
const LOOK_AHEAD = 60

/** A table of any length: only what is on the screen exists; widths are CSS variables of the root. */
export function Grid(props: GridProps) {
  const { columns, rows, pending, selection, onEnd, onSelection } = props
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length + pending,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollPaddingStart: HEAD_HEIGHT,
    scrollPaddingEnd: FOOT_HEIGHT,
  })
  const cells = useGridCells(props, scroller, (row) => virtual.scrollToIndex(row))
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (pending > 0 && last >= rows.length - LOOK_AHEAD) onEnd()
  }, [last, rows.length, pending, onEnd])

  const order = rows.map((row) => row.id)
  const widths = Object.fromEntries(columns.map(({ key, width }) => [`--w-${key}`, `${width}px`]))
  const total = columns.reduce((sum, column) => sum + column.width, CHECK_WIDTH)
  const { active, editing, focused } = cells
  const activeId =
    focused && rows[active.row] && columns[active.column]
      ? `cell-${rows[active.row]!.id}-${columns[active.column]!.key}`
      : undefined
  return (
    <div
      ref={scroller}
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
        onToggleAll={() => onSelection(toggleAll(selection, order))}
      />
      <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const record = rows[index]
          if (!record) return <div key={index} className={classes.ghost} style={{ top: start }} />
          return (
            <GridRow
              key={record.id}
              record={record}
              object={props.object}
              columns={columns}
              index={index}
              top={start}
              selected={isSelected(selection, record.id)}
              peek={record.id === props.peek}
              activeColumn={active.row === index && (focused || editing) ? active.column : -1}
              editing={editing && active.row === index}
              selectLabel={t('list.selectRow', { name: record.name })}
              actions={cells.actions}
            />
          )
        })}
      </div>
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
    </div>
  )
}
