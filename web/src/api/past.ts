import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, get } from './client'
import { keys } from './keys'
import type { ObjectRef } from './records'
import type { FieldChange } from './timeline'
import type { FilterNode, Link, Page, RecordData } from './types'

export interface FieldEntry {
  id: string
  at: string
  kind: 'create' | 'change'
  actor: Link
  source: string
  change_set: string
  before: unknown
  after: unknown
}
export interface FieldHistoryPage extends Page<FieldEntry> {
  field: string
  label: string
}
/** How one field of a record came by its value, the latest first. */
export const fieldHistoryQuery = (ref: ObjectRef, id: string, field: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.record(ref.object, id), 'history', field],
    staleTime: 0,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      get<FieldHistoryPage>(
        `/${ref.path}/${id}/history`,
        { field, cursor: pageParam, limit: pageParam ? 50 : 5 },
        signal,
      ),
    getNextPageParam: (last) => last.next,
  })

export interface PastRecord {
  at: string
  deleted: boolean
  record: RecordData
  /** Fields that are otherwise today. */
  changed: string[]
  /** Fields that are computed today and were not kept. */
  left_out: string[]
  kept_since: string | null
  erased: boolean
}
/** A record as it stood at a moment, or at the end of a day. */
export const asOfQuery = (ref: ObjectRef, id: string, at: string) =>
  queryOptions({
    queryKey: [...keys.record(ref.object, id), 'as_of', at],
    staleTime: 0,
    retry: false,
    queryFn: ({ signal }) => get<PastRecord>(`/${ref.path}/${id}/as_of`, { at }, signal),
  })

export interface ChangedFact extends FieldChange {
  times: number
  at: string
  actor: Link
}
export interface Changed {
  created: boolean
  facts: ChangedFact[]
  people: { actor: Link; at: string }[]
}
/** Which facts of a record are otherwise since a moment, or since the beginning of a day. */
export const changedQuery = (ref: ObjectRef, id: string, since: string) =>
  queryOptions({
    queryKey: [...keys.record(ref.object, id), 'changed', since],
    staleTime: 0,
    queryFn: ({ signal }) =>
      get<Changed & { since: string; more: boolean }>(
        `/${ref.path}/${id}/changed`,
        { since },
        signal,
      ),
  })

export interface ChangedRecord extends Changed {
  record: Link
  at: string
}
/** Which records of a list were changed since, the latest first. */
export const changedListQuery = (
  ref: ObjectRef,
  asked: { since: string; filter?: FilterNode | null; q?: string },
) =>
  infiniteQueryOptions({
    queryKey: [...keys.object(ref.object), 'changed', asked],
    staleTime: 0,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask<Page<ChangedRecord>>(`/${ref.path}/changed`, {
        ...asked,
        limit: 30,
        ...(pageParam && { cursor: pageParam }),
      }),
    getNextPageParam: (last) => last.next,
  })
