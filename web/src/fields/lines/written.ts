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
  const written = columns.filter((column) => !column.read_only)
  const filled = (lines ?? []).filter((line) => !isBlank(columns, line))
  return filled.map((line) =>
    Object.fromEntries(written.map(({ key }) => [key, wireOf(line[key])])),
  )
}
const wireOf = (value: unknown) =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : (value ?? null)
