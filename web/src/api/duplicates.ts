import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get, post } from './client'
import { call } from './fixed'
import type { ObjectRef } from './records'
import type { Link, Page, RecordData } from './types'

export type PairState = 'open' | 'distinct' | 'merged'
/** What one field says of a pair: its level from 0 (different) to 4 (equal), its weight in bits. */
export interface Evidence {
  field: string
  other_field: string
  label: string
  level: 0 | 1 | 2 | 3 | 4
  weight: number
}
export interface Pair {
  id: string
  records: [Link, Link]
  probability: number | null
  by_others: boolean
  evidence: Evidence[]
  state: PairState
  found_at: string
  /** By it the two were merged. */
  change_set: string | null
}
export interface Scan {
  job: string
  state: 'waiting' | 'running' | 'done' | 'failed'
  progress: number
  finished_at: string | null
}
export interface MergePreview {
  references: {
    object: string | null
    field: string | null
    label: string | null
    count: number
  }[]
  total: number
  fields: string[]
  allowed: boolean
}

export const duplicatesKey = ['duplicates'] as const
export const pairsQuery = (object: string, state: PairState) =>
  infiniteQueryOptions({
    queryKey: [...duplicatesKey, 'pairs', object, state],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      get<Page<Pair>>(
        '/duplicates',
        { object, state, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      ),
    getNextPageParam: (last) => last.next,
  })

const STEP_MS = 1500
export const scanQuery = queryOptions({
  queryKey: [...duplicatesKey, 'scan'],
  queryFn: ({ signal }) => get<{ scan: Scan | null }>('/duplicates/scan', undefined, signal),
  // While it runs its progress is shown.
  refetchInterval: ({ state }) => (isUnderWay(state.data?.scan) ? STEP_MS : false),
})
export const isUnderWay = (scan: Scan | null | undefined) =>
  scan?.state === 'running' || scan?.state === 'waiting'

export const previewQuery = (ref: ObjectRef, keep: string, other: string) =>
  queryOptions({
    queryKey: [...duplicatesKey, 'preview', ref.object, keep, other],
    queryFn: ({ signal }) =>
      get<MergePreview>(`/${ref.path}/${keep}/merge/${other}`, undefined, signal),
  })

export const startScan = () => call('post', '/duplicates/scan')
export const decidePair = (id: string, state: 'open' | 'distinct') =>
  call('patch', '/duplicates/{id}', { params: { id }, body: { state } })

export const mergeRecords = (ref: ObjectRef, keep: string, other: string, take: string[]) =>
  post<RecordData & { change_set: string }>(`/${ref.path}/${keep}/actions/merge`, { other, take })
