import { Checkbox } from '@mantine/core'
import type { RefObject } from 'react'
import type { GridProps } from './Grid'
import classes from './Grid.module.css'
import { HeadCell } from './HeadCell'

interface Props extends GridProps {
  scroller: RefObject<HTMLDivElement | null>
  allLabel: string
  onToggleAll: () => void
}

export function GridHead(props: Props) {
  const { columns, rows, selection, sort } = props
  const chosen = selection.matching ? rows.length : selection.ids.size
  const all = rows.length > 0 && (selection.matching || chosen >= rows.length)
  const move = (from: number, to: number) => {
    if (from < 1 || to < 1 || from === to) return
    const next = [...columns]
    const [column] = next.splice(from, 1)
    next.splice(to, 0, column!)
    props.onColumns(next)
  }
  const moveBeside = (key: string, target: string, after: boolean) => {
    const from = columns.findIndex((one) => one.key === key)
    const to = columns.findIndex((one) => one.key === target)
    move(from, to + (after ? 1 : 0) - (from < to ? 1 : 0))
  }
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" className={classes.headRow} aria-rowindex={1}>
        <div role="columnheader" className={classes.check}>
          <Checkbox
            aria-label={props.allLabel}
            checked={all}
            indeterminate={chosen > 0 && !all}
            onChange={props.onToggleAll}
          />
        </div>
        {columns.map((column, index) => (
          <HeadCell
            key={column.key}
            column={column}
            index={index}
            count={columns.length}
            sorted={sortedBy(sort, column.key)}
            scroller={props.scroller}
            onSort={props.onSort}
            onFilter={props.onFilter}
            onMove={move}
            onMoveKey={moveBeside}
            onHide={() => props.onColumns(columns.filter((one) => one.key !== column.key))}
            onWidth={(width) =>
              props.onColumns(
                columns.map((one) => (one.key === column.key ? { ...one, width, own: true } : one)),
              )
            }
          />
        ))}
      </div>
    </div>
  )
}

/** How a sort word like `-amount,name` treats a field. */
export function sortedBy(sort: string | null, key: string): 'asc' | 'desc' | null {
  const term = sort?.split(',').find((one) => one.replace(/^-/, '') === key)
  if (!term) return null
  return term.startsWith('-') ? 'desc' : 'asc'
}
