import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get, post } from './client'
import { keys } from './keys'
import type { FieldChange } from './timeline'
import type { ChangeSet, Link, Notification, Page, UndoResult } from './types'

export interface ChangeSetQuery {
  object?: string
  actor?: string
}
export const changeSetsQuery = (asked: ChangeSetQuery) =>
  infiniteQueryOptions({
    queryKey: [...keys.changeSets, asked],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      get<Page<ChangeSet>>('/change_sets', { ...asked, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next,
  })

export interface LoggedChange {
  id: string
  object: string
  record: Link
  verb: string
  changes: FieldChange[]
}
/** A change set with the first of its changes. */
export const changeSetQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.changeSets, 'one', id],
    queryFn: ({ signal }) =>
      get<ChangeSet & { changes: LoggedChange[] }>(`/change_sets/${id}`, undefined, signal),
  })

export const undoChangeSet = (id: string, force: boolean) =>
  post<UndoResult>(`/change_sets/${id}/undo`, { force })

export interface Deleted extends Link {
  deleted_at: string
  deleted_by: Link | null
}
export const recycleKey = ['recycle_bin'] as const
export const recycleBinQuery = (object: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...recycleKey, object],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      get<Page<Deleted>>('/recycle_bin', { object, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next,
  })

export const allNotificationsQuery = infiniteQueryOptions({
  queryKey: [...keys.notifications, 'all'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) =>
    get<Page<Notification>>('/notifications', { cursor: pageParam }, signal),
  getNextPageParam: (last) => last.next,
})
