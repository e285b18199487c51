export interface UndoConflict {
  object: string
  id: string
  name: string
  field: string
  label: string
  mine: unknown
  theirs: unknown
  message: string
}
export interface UndoResult {
  change_set: string
  undone: number
  conflicts: UndoConflict[]
}
