import type { RecordData } from './types'

/** A block of texts for records that are there, each cast by its field. */
export interface CellBlock {
  fields: string[]
  rows: { id: string; version?: number; texts: string[] }[]
}
export interface RefusedCell {
  row: number
  id: string
  field: string | null
  code: string
  message: string
}
export interface CellsResult {
  change_set: string | null
  cells: number
  records: RecordData[]
  refused: RefusedCell[]
}
export interface BatchResult {
  /** Null where nothing was written. */
  change_set: string | null
  results: {
    index: number
    id: string
    record?: RecordData | null
    problem?: { detail?: string; code: string; errors?: { pointer: string; message: string }[] }
  }[]
}
