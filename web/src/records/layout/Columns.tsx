import type { ReactNode } from 'react'
import type { Field } from '@/metadata/types'
import classes from './Layout.module.css'

interface Props {
  columns: Field[][]
  children: (fields: Field[], column: number) => ReactNode
}

/** One or two columns of fields; below each other where there is no room for two. */
export function Columns({ columns, children }: Props) {
  return (
    <div className={classes.box}>
      <div className={classes.columns} data-columns={columns.length}>
        {columns.map((fields, column) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
          <div key={column}>{children(fields, column)}</div>
        ))}
      </div>
    </div>
  )
}
