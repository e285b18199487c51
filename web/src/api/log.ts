import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { remove } from './client'
import { call } from './fixed'
import { keys } from './keys'
import type { components } from './schema'
import type { FieldChange } from './timeline'
import type { ChangeSet, Link, Notification, Page } from './types'
import type { UndoResult } from './undo'

export interface ChangeSetQuery {
  object?: string
  actor?: string
}
export const changeSetsQuery = (asked: ChangeSetQuery) =>
  infiniteQueryOptions({
    queryKey: [...keys.changeSets, asked],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<Page<ChangeSet>> =>
      call('get', '/change_sets', { query: { ...asked, cursor: pageParam }, signal }),
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
    queryFn: ({ signal }): Promise<ChangeSet & { changes: LoggedChange[] }> =>
      call('get', '/change_sets/{id}', { params: { id }, signal }),
  })

export type UndoBody = components['schemas']['Undo']
export const undoChangeSet = (id: string, body: UndoBody = {}): Promise<UndoResult> =>
  call('post', '/change_sets/{id}/undo', {
    params: { id },
    body,
  }) as unknown as Promise<UndoResult>

export interface UndoPreview extends Omit<UndoResult, 'change_set'> {
  /** All of it or nothing. */
  whole: boolean
  /** Nothing, as things stand. */
  refused: boolean
  /** Only the latest changes were looked through. */
  more: boolean
}
/** What undoing a change set would do. */
export const undoPreviewQuery = (id: string, body: UndoBody = {}) =>
  queryOptions({
    queryKey: [...keys.changeSets, 'undo', id, body],
    staleTime: 0,
    gcTime: 0,
    retry: false,
    queryFn: ({ signal }): Promise<UndoPreview> =>
      call('post', '/change_sets/{id}/undo/preview', {
        params: { id },
        body,
        signal,
      }) as unknown as Promise<UndoPreview>,
  })

export interface Deleted extends Link {
  deleted_at: string
  deleted_by: Link | null
}
export const purgeRecord = ({ object, id }: Deleted) => remove<void>(`/recycle_bin/${object}/${id}`)
export type Belonging = components['schemas']['Belonging']
export type DeletedDetail = components['schemas']['DeletedDetail']
/** What lies in the bin with a deleted record. */
export const deletedDetail = ({ object, id }: Deleted): Promise<DeletedDetail> =>
  call('get', '/recycle_bin/{object}/{id}', { params: { object, id } })
/** Takes a record out of the bin, with others that belong to it. */
export const bringBack = (
  { object, id }: Deleted,
  others: Belonging[],
): Promise<components['schemas']['BroughtBack']> =>
  call('post', '/recycle_bin/{object}/{id}/restore', {
    params: { object, id },
    body: { with: others.map((one) => ({ object: one.object, id: one.id })) },
  })
export const recycleKey = ['recycle_bin'] as const
export const recycleBinQuery = (object: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...recycleKey, object],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<Page<Deleted>> =>
      call('get', '/recycle_bin', { query: { object, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  })

export const allNotificationsQuery = infiniteQueryOptions({
  queryKey: [...keys.notifications, 'all'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }): Promise<Page<Notification>> =>
    call('get', '/notifications', { query: { cursor: pageParam }, signal }),
  getNextPageParam: (last) => last.next,
})
