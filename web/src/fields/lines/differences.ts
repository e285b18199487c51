import type { Field } from '@/metadata/types'
import type { Line } from './written'

/** A line that came (nothing before), went (nothing after), or says something else in `columns`. */
export interface LineChange {
  key: string
  /** Its number, counted from 1, where it stands now. */
  row: number
  before?: Line
  after?: Line
  columns: Field[]
}

const idOf = (line: Line, row: number) => (typeof line.id === 'string' ? line.id : `#${row}`)

/** What became of each line: by its id, or by its place where lines have none. */
export function differences(columns: Field[], before: Line[], after: Line[]): LineChange[] {
  const old = new Map(before.map((line, row) => [idOf(line, row), line]))
  const now = new Map(after.map((line, row) => [idOf(line, row), line]))
  const own = columns.filter((column) => !(column.custom && column.read_only))
  const said = (value: unknown) => JSON.stringify(value ?? null)
  const stayed = after.flatMap((line, at): LineChange[] => {
    const key = idOf(line, at)
    const was = old.get(key)
    const row = at + 1
    if (!was) return [{ key, row, after: line, columns: [] }]
    const other = own.filter((column) => said(was[column.key]) !== said(line[column.key]))
    return other.length ? [{ key, row, before: was, after: line, columns: other }] : []
  })
  const gone = before.flatMap((line, at): LineChange[] => {
    const key = idOf(line, at)
    return now.has(key) ? [] : [{ key, row: at + 1, before: line, columns: [] }]
  })
  return [...stayed, ...gone]
}
