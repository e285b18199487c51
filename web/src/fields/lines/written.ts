import type { Field } from '@/metadata/types'
import { isEmpty } from '../types'

/** A line as it is shown: values by the keys of its columns. */
export type Line = Record<string, unknown>
export const TAX = 'tax_percent'

/** Nothing was put into the line beyond what a new one begins with. */
export const isBlank = (columns: Field[], line: Line) =>
  columns.every(
    ({ key, read_only, default: start }) =>
      read_only || key === TAX || isEmpty(line[key]) || line[key] === start,
  )

/** What is written: links by id, no computed columns, no blank lines. */
export function writeLines(columns: Field[], lines: Line[] | null) {
  const filled = (lines ?? []).filter((line) => !isBlank(columns, line))
  return filled.map((line) => ({
    // a line of a sub-table keeps its id
    ...(typeof line.id === 'string' && { id: line.id }),
    ...cellsOf(columns, line),
  }))
}
/** The cells of a line as they are sent. */
export const cellsOf = (columns: Field[], line: Line) =>
  Object.fromEntries(
    columns.filter(({ read_only }) => !read_only).map(({ key }) => [key, wireOf(line[key])]),
  )
const wireOf = (value: unknown) =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : (value ?? null)
