import { kindOf } from '@/fields/registry'
import type { GridProps } from './Grid'
import classes from './Grid.module.css'
import own from './Line.module.css'
import type { GridLine } from './types'

interface Props extends Pick<GridProps, 'columns' | 'lineCell'> {
  line: GridLine
  top: number
}

/** The head of a group, or the line below what is shown of it. */
export function Line({ columns, lineCell, line, top }: Props) {
  return (
    <div role="row" className={own.line} style={{ transform: `translateY(${top}px)` }}>
      {columns.map((column, index) => (
        <div
          key={column.key}
          role="gridcell"
          className={classes.td}
          data-first={index === 0 || undefined}
          data-align={index > 0 ? kindOf(column.field).align : undefined}
          style={{
            width: index ? `var(--w-${column.key})` : `calc(var(--w-${column.key}) + 40px)`,
          }}
        >
          {lineCell?.(line, column, index)}
        </div>
      ))}
    </div>
  )
}
