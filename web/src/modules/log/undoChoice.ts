import type { LoggedChange, UndoBody } from '@/api/log'
import type { UndoConflict } from '@/api/undo'

/** What is left out of an undo, and what is taken back although it was changed since. */
export interface Choice {
  without: ReadonlySet<string>
  over: ReadonlySet<string>
}
export const ALL: Choice = { without: new Set(), over: new Set() }

/** A record of a change set, or one field of it. */
export const keyOf = (object: string, id: string, field?: string | null) =>
  [object, id, field ?? ''].join(' ')

/** What may be overwritten all the same; anything else that stands in the way stays. */
export const changedSince = (conflicts: UndoConflict[]) =>
  conflicts.filter(({ code }) => code === 'changed_since')

export const toggled = (keys: ReadonlySet<string>, key: string, on: boolean) => {
  const next = new Set(keys)
  if (on) next.add(key)
  else next.delete(key)
  return next
}

const isField = (change: LoggedChange) => change.verb === 'update'

/** The fields of a record that are to be undone; `true` for all of it, `false` for nothing. */
function chosenOf(change: LoggedChange, { without }: Choice): true | false | string[] {
  const { object, record } = change
  if (without.has(keyOf(object, record.id))) return false
  if (!isField(change)) return true
  const fields = change.changes.map((one) => one.field)
  const chosen = fields.filter((field) => !without.has(keyOf(object, record.id, field)))
  if (chosen.length === fields.length) return true
  return chosen.length > 0 && chosen
}

/** The undo as the server takes it; nothing left out means all, beyond what is listed too. */
export function bodyOf(
  changes: LoggedChange[],
  conflicts: UndoConflict[],
  choice: Choice,
): UndoBody {
  const overwrite = conflicts
    .filter((one) => choice.over.has(keyOf(one.object, one.id, one.field)))
    .map(({ object, id, field }) => ({ object, id, field }))
  if (!choice.without.size) return { overwrite }
  const only = changes.flatMap((change) => {
    const chosen = chosenOf(change, choice)
    const which = { object: change.object, id: change.record.id }
    if (chosen === false) return []
    return [chosen === true ? which : { ...which, fields: chosen }]
  })
  return { only, overwrite }
}
