import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { refreshObject } from './cache'
import { get, post, put } from './client'
import { keys } from './keys'
import type { ObjectRef } from './records'
import type { Link, Page } from './types'

export const HOLDERS = ['user', 'role', 'department'] as const
export type Level = 'read' | 'edit'
export interface Share {
  with: Link
  level: Level
  until: string | null
  part: string | null
  /** Its time has passed. */
  over: boolean
}
export interface SharesOf {
  shares: Share[]
  version: number
  may_share: boolean
}
/** With whom a record is shared. */
export const sharesQuery = (ref: ObjectRef, id: string) =>
  queryOptions({
    queryKey: [...keys.record(ref.object, id), 'shares'],
    queryFn: ({ signal }) => get<SharesOf>(`/${ref.path}/${id}/shares`, undefined, signal),
  })

export interface Seer {
  person: Link
  role: string | null
  ways: string[]
  edit: boolean
}
/** Who sees a record, of the first hundred users. */
export const accessQuery = (ref: ObjectRef, id: string) =>
  queryOptions({
    queryKey: [...keys.record(ref.object, id), 'access'],
    staleTime: 0,
    queryFn: ({ signal }) =>
      get<{ people: Seer[]; more: boolean }>(`/${ref.path}/${id}/access`, undefined, signal),
  })

const written = ({ with: holder, level, until, part }: Share) => ({
  with: { object: holder.object, id: holder.id },
  level,
  until,
  part,
})

/** Shares a record with these and no others; what was over by itself goes. */
export function useShare(ref: ObjectRef, id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ shares, version }: { shares: Share[]; version: number }) =>
      put<SharesOf>(`/${ref.path}/${id}/shares`, {
        shares: shares.filter((share) => !share.over).map(written),
        version,
      }),
    onSuccess: () => refreshObject(client, ref.object, { record: id }),
  })
}

/** A masked field in full; the register notes who looked. */
export async function revealField(ref: ObjectRef, id: string, key: string): Promise<unknown> {
  const { values } = await post<{ values: Record<string, unknown> }>(`/${ref.path}/${id}/reveal`, {
    fields: [key],
  })
  return values[key]
}

export interface Looked {
  id: string
  at: string
  user: Link
  record: Link
  field: string
  label: string
}
/** Who looked at what is masked to him, the latest first. */
export const readLogQuery = infiniteQueryOptions({
  queryKey: ['read_log'],
  staleTime: 0,
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) => get<Page<Looked>>('/read_log', { cursor: pageParam }, signal),
  getNextPageParam: (last) => last.next,
})

export interface Exported {
  id: string
  at: string
  user: Link
  object: string
  /** The object, as one says it of many. */
  label: string
  source: string | null
  format: string
  state: 'waiting' | 'running' | 'done' | 'failed'
  count: number
  q: string | null
  conditions: { field: string; op: string; value: string }[]
  /** Null: all that he may see. */
  fields: string[] | null
}
/** Who took which records out, the latest first. */
export const exportLogQuery = infiniteQueryOptions({
  queryKey: ['export_log'],
  staleTime: 0,
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) =>
    get<Page<Exported>>('/export_log', { cursor: pageParam }, signal),
  getNextPageParam: (last) => last.next,
})
