import type { RecordData } from '@/api/types'
import type { Field } from '@/metadata/types'

export interface GridColumn {
  key: string
  field: Field
  width: number
  /** It holds a day by which something is due, and this field tells whether it still is. */
  turn?: string
  /** The reader has given it this width; others adapt to the room. */
  own?: boolean
}

/** Which rows are chosen. `matching` means every record of the list, loaded or not. */
export interface Selection {
  ids: ReadonlySet<string>
  matching: boolean
  /** Where a shift-click's range begins. */
  anchor: string | null
}

export interface Cell {
  row: number
  column: number
}

export type SaveCell = (record: RecordData, field: Field, value: unknown) => void

export const MIN_WIDTH = 64
export const MAX_WIDTH = 640
export const CHECK_WIDTH = 40

/**
 * A line of a grid whose records stand in groups: a record by its place among `rows`, the head of a
 * group, a record that has not come, or what a group has beyond what is shown.
 */
export type GridLine = { row: number } | { head: number } | { waits: string } | { rest: number }
