import { memo } from 'react'
import type { RecordData } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import { Avatar } from '@/ui/Avatar'
import { DueCell } from '../DueCell'
import { CellEditor } from './CellEditor'
import classes from './Grid.module.css'
import own from './Line.module.css'
import type { GridColumn } from './types'
import type { CellActions } from './useGridCells'

interface Props {
  record: RecordData
  object: string
  columns: GridColumn[]
  index: number
  top: number
  selected: boolean
  peek: boolean
  /** Index of the active column in this row, or -1. */
  activeColumn: number
  /** The columns of this row in the chosen block; `from` is -1 where there are none. */
  from: number
  to: number
  /** The column at whose corner the block is dragged down, or -1. */
  handle: number
  editing: boolean
  selectLabel: string
  actions: CellActions
}

const keysOf = (columns: GridColumn[]) => columns.map((column) => column.key).join()
/** `actions` never changes, so it need not be compared. */
const unchanged = (a: Props, b: Props) =>
  a.record === b.record &&
  a.top === b.top &&
  a.index === b.index &&
  a.selected === b.selected &&
  a.peek === b.peek &&
  a.activeColumn === b.activeColumn &&
  a.from === b.from &&
  (a.from < 0 || a.to === b.to) &&
  a.handle === b.handle &&
  a.editing === b.editing &&
  a.selectLabel === b.selectLabel &&
  (a.columns === b.columns || keysOf(a.columns) === keysOf(b.columns))

export const GridRow = memo(function GridRow(props: Props) {
  const { record, columns, index, selected, peek, activeColumn, editing, actions } = props
  const { from, to, handle } = props
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={classes.tr}
      data-selected={selected || undefined}
      data-peek={peek || undefined}
      style={{ transform: `translateY(${props.top}px)` }}
    >
      <div role="gridcell" className={classes.check}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={props.selectLabel}
          checked={selected}
          readOnly
          onClick={(event) => actions.toggle(record.id, event.shiftKey)}
        />
      </div>
      {columns.map(({ key, field, turn }, column) => {
        const active = activeColumn === column
        const at = { row: index, column }
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself takes the keys
          <div
            key={key}
            id={`cell-${record.id}-${key}`}
            role="gridcell"
            tabIndex={-1}
            className={classes.td}
            data-first={column === 0 || undefined}
            data-align={kindOf(field).align}
            data-active={active || undefined}
            data-range={(from >= 0 && column >= from && column <= to) || undefined}
            style={{ width: `var(--w-${key})` }}
            onMouseDown={(event) => {
              if (!(active && editing)) event.preventDefault()
            }}
            onClick={(event) => {
              if (!(active && editing)) actions.click(at, event.shiftKey)
            }}
            onDoubleClick={() => actions.edit(at)}
          >
            {active && editing ? (
              <CellEditor record={record} field={field} object={props.object} actions={actions} />
            ) : (
              <>
                {column === 0 && <Avatar name={record.name || '·'} size={18} square />}
                {turn ? (
                  <DueCell {...{ field, record, turn }} />
                ) : (
                  <FieldCell field={field} value={record[key]} />
                )}
              </>
            )}
            {handle === column && <Handle actions={actions} />}
          </div>
        )
      })}
    </div>
  )
}, unchanged)

/** The corner of the chosen block; the keyboard fills by Ctrl+D. */
function Handle({ actions }: { actions: CellActions }) {
  return (
    <i
      className={own.handle}
      aria-hidden
      onPointerDown={actions.drag}
      onClick={(event) => event.stopPropagation()}
    />
  )
}
