import type { Link } from './types'

export interface UndoConflict {
  object: string
  id: string
  name: string | null
  field: string | null
  code: string
  label?: string
  /** What undoing would put, and what is there. */
  mine?: unknown
  theirs?: unknown
  message: string
  /** Who changed it since, and when. */
  by?: Link
  changed_at?: string
}
export interface UndoResult {
  change_set: string
  undone: number
  conflicts: UndoConflict[]
}
