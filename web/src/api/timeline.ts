import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get } from './client'
import { keys } from './keys'
import type { ObjectRef } from './records'
import type { Link, Page, RecordData } from './types'

export interface FieldChange {
  field: string
  label: string
  before: unknown
  after: unknown
}
export interface TimelineEntry {
  id: string
  at: string
  /** A verb of the log (change, create, delete, restore, undo), or the object of a hanging record. */
  kind: string
  actor: Link | null
  source: string | null
  change_set: string | null
  changes?: FieldChange[] | null
  record?: RecordData | null
  /** Whose change it is, when it is not the record's own. */
  of?: Link | null
}

/** What happened to a record and what hangs on it, newest first; `kinds` empty means all. */
export const timelineQuery = (ref: ObjectRef, id: string, kinds: string[]) =>
  infiniteQueryOptions({
    queryKey: [...keys.timeline(ref.object, id), kinds],
    staleTime: 30_000,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      get<Page<TimelineEntry>>(`/${ref.path}/${id}/timeline`, { cursor: pageParam, kinds }, signal),
    getNextPageParam: (last) => last.next,
  })

export interface Verdict {
  allowed: boolean
  reasons: { kind: string; text: string }[]
}
export interface Explanation {
  read: Verdict
  update: Verdict
  delete: Verdict
  fields: {
    key: string
    label: string
    read: boolean
    edit: boolean
    masked: boolean
    reason: string
  }[]
}
/** Why the reader sees a record, and what he may do with it. */
export const explainQuery = (ref: ObjectRef, id: string) =>
  queryOptions({
    queryKey: [...keys.record(ref.object, id), 'explain'],
    queryFn: ({ signal }) => get<Explanation>(`/${ref.path}/${id}/explain`, undefined, signal),
  })
