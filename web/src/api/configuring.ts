import { infiniteQueryOptions } from '@tanstack/react-query'
import { call } from './fixed'
import type { FieldChange } from './timeline'
import type { Link } from './types'
import type { UndoResult } from './undo'

/** What was changed together, and is taken back together. */
export interface SettingSet {
  kind: string
  object: string
  count: number
  undoes: string | null
  undoable: boolean
}
/** One change of one setting; nested ones are told a part a line. */
export interface SettingChange {
  id: string
  at: string
  actor: Link
  source: string
  change_set: string
  set: SettingSet
  kind: string
  kind_label: string
  record: { id: string; name: string | null; object: string }
  about: string | null
  verb: string
  changes: FieldChange[]
  revertible: boolean
}
interface History {
  items: SettingChange[]
  next: string | null
  kinds: { key: string; label: string }[]
}
export interface HistoryQuery {
  kind?: string
  object?: string
  actor?: string
  change_set?: string
}
export const historyKey = ['settings_history'] as const
export const historyQuery = (asked: HistoryQuery) =>
  infiniteQueryOptions({
    queryKey: [...historyKey, asked],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<History> =>
      call('get', '/settings/history', { query: { ...asked, cursor: pageParam }, signal }) as never,
    getNextPageParam: (last) => last.next,
  })
export const revertSetting = (id: string, force: boolean): Promise<UndoResult> =>
  call('post', '/settings/history/{id}/revert', { params: { id }, body: { force } }) as never

/** An item of a file of the configuration that differs from what is here. */
export interface Difference {
  pointer: string
  section: string
  object: string | null
  key: string
  change: 'added' | 'changed' | 'removed'
  /** In the reader's words, nested parts a line each. */
  lines: FieldChange[]
}
/** What becomes of the values of a field that gets another type. */
export interface Conversion {
  pointer: string
  total: number
  fit: number
  unfit: number
}
export interface Told {
  changes: Difference[]
  conversions: Conversion[]
  applied: boolean
}
type File = Record<string, unknown>
/** Where the browser fetches the file. */
export const exportUrl = '/api/v1/configuration'
/** What a file would change, checked as if it were applied; refused where it does not fit. */
export const applyConfiguration = (
  configuration: File,
  options: { prune: boolean; dry_run: boolean; empty_unfit: boolean },
): Promise<Told> =>
  call('post', '/configuration/apply', { body: { configuration, ...options } as never }) as never
export const compareConfiguration = (configuration: File): Promise<Pick<Told, 'changes'>> =>
  call('post', '/configuration/diff', { body: { configuration } as never }) as never
