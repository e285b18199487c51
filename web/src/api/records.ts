import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { dropRecord, patchRecord, refreshObject } from './cache'
import type { BatchResult, CellBlock, CellsResult } from './cells'
import { ask, get, patch, post, remove } from './client'
import type { Duplicate } from './errors'
import { keys } from './keys'
import type {
  AggregateRequest,
  AggregateResult,
  BulkRequest,
  BulkResult,
  Count,
  ListParams,
  Page,
  RecordData,
} from './types'

/** What names an object in the API: `object` for caches and live, `path` for addresses. */
export interface ObjectRef {
  object: string
  path: string
}

export const PAGE_SIZE = 100
const body = (params: ListParams, cursor: string | null) => ({
  ...params,
  limit: params.limit ?? PAGE_SIZE,
  ...(cursor ? { cursor } : {}),
})

/** A list fetched page by page by keyset cursor. Counting is a query of its own (`countQuery`). */
export const listQuery = (ref: ObjectRef, params: ListParams) =>
  infiniteQueryOptions({
    queryKey: keys.list(ref.object, params),
    staleTime: 60_000,
    gcTime: 120_000,
    // Comparing all loaded pages with each new one costs more than drawing the rows on screen.
    structuralSharing: false,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask<Page>(`/${ref.path}/query`, { ...body(params, pageParam), count: 'none' }),
    getNextPageParam: (last) => last.next,
  })

/** One page of records (pickers, related lists, cards). */
export const rowsQuery = (ref: ObjectRef, params: ListParams) =>
  queryOptions({
    queryKey: keys.rows(ref.object, params),
    staleTime: 30_000,
    queryFn: () => ask<Page>(`/${ref.path}/query`, body(params, null)),
  })

export const countQuery = (ref: ObjectRef, params: ListParams, exact = false) =>
  queryOptions({
    queryKey: [...keys.object(ref.object), 'count', params.filter, params.q, exact],
    staleTime: 60_000,
    queryFn: async (): Promise<Count> => {
      const { filter, q } = params
      const count = exact ? 'exact' : 'capped'
      const page = await ask<Page>(`/${ref.path}/query`, {
        filter,
        q,
        fields: ['id'],
        limit: 1,
        count,
      })
      return page.count ?? { value: page.items.length, capped: false }
    },
  })

export const recordQuery = (ref: ObjectRef, id: string) =>
  queryOptions({
    queryKey: keys.record(ref.object, id),
    staleTime: 30_000,
    queryFn: ({ signal }) => get<RecordData>(`/${ref.path}/${id}`, undefined, signal),
  })

export const aggregateQuery = (ref: ObjectRef, request: AggregateRequest) =>
  queryOptions({
    queryKey: keys.aggregate(ref.object, request),
    staleTime: 30_000,
    queryFn: () => ask<AggregateResult>(`/${ref.path}/aggregate`, request),
  })

/** Records that share a duplicate key with values that are being typed. */
export const duplicatesQuery = (ref: ObjectRef, values: Record<string, unknown>) =>
  queryOptions({
    queryKey: [...keys.object(ref.object), 'duplicates', values],
    staleTime: 30_000,
    // A hint: when it can't be had, the check on saving still stands.
    retry: false,
    queryFn: () => ask<{ duplicates: Duplicate[] }>(`/${ref.path}/duplicates`, { values }),
  })

export interface Update {
  record: RecordData
  /** What is sent, in the wire's write form. */
  change: Record<string, unknown>
  /** What is shown until the server has answered. */
  shown?: Record<string, unknown>
}

/** Changes a record, shown at once in every list; taken back when refused. */
export function useUpdateRecord(ref: ObjectRef) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ record, change }: Update) =>
      patch<RecordData>(`/${ref.path}/${record.id}`, change, record.version),
    onMutate: ({ record, change, shown }) => {
      patchRecord(client, ref.object, { ...(shown ?? change), id: record.id })
    },
    onSuccess: (saved) => {
      patchRecord(client, ref.object, saved)
      refreshObject(client, ref.object, { record: saved.id })
    },
    onError: (_error, { record, change, shown }) => {
      const before = Object.fromEntries(
        Object.keys(shown ?? change).map((key) => [key, record[key]]),
      )
      patchRecord(client, ref.object, { ...before, id: record.id })
    },
  })
}

export function useCreateRecord(ref: ObjectRef) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { values: Record<string, unknown>; allowDuplicates?: boolean }) =>
      post<RecordData>(
        `/${ref.path}`,
        input.values,
        input.allowDuplicates ? { allow_duplicates: true } : undefined,
      ),
    onSuccess: (record) => {
      client.setQueryData(keys.record(ref.object, record.id), record)
      refreshObject(client, ref.object, { lists: true })
    },
  })
}

export function useDeleteRecord(ref: ObjectRef) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (record: RecordData) => remove<void>(`/${ref.path}/${record.id}`, record.version),
    onSuccess: (_done, record) => {
      dropRecord(client, ref.object, record.id)
      refreshObject(client, ref.object)
    },
  })
}

export function useRestoreRecord(ref: ObjectRef) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => post<RecordData>(`/${ref.path}/${id}/restore`),
    onSuccess: () => refreshObject(client, ref.object, { lists: true }),
  })
}

/** Runs an action of the object on one record; its answer is the action's own. */
export function useRecordAction(ref: ObjectRef) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: { id: string; action: string; params?: Record<string, unknown> }) =>
      post<Record<string, unknown>>(
        `/${ref.path}/${input.id}/actions/${input.action}`,
        input.params ?? {},
      ),
    onSuccess: (_answer, { id }) => refreshObject(client, ref.object, { lists: true, record: id }),
  })
}

/** How many records a bulk change would mean, and how many of them one may change. */
export const bulkPreviewQuery = (
  ref: ObjectRef,
  { ids, filter, q }: BulkRequest,
  deleting: boolean,
) =>
  queryOptions({
    queryKey: [...keys.object(ref.object), 'preview', ids, filter, q, deleting],
    staleTime: 0,
    queryFn: () =>
      ask<{ total: number; allowed: number }>(`/${ref.path}/bulk/preview`, {
        ids: ids?.slice(0, 1000),
        filter,
        q,
        ...(deleting ? { delete: true } : {}),
      }),
  })

export function useBulk(ref: ObjectRef) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: BulkRequest) => post<BulkResult>(`/${ref.path}/bulk`, input),
    onSuccess: () => refreshObject(client, ref.object, { lists: true }),
  })
}

/** Writes a block of texts, as a spreadsheet copies it, or given values of several records. */
export function useWriteMany(ref: ObjectRef) {
  const client = useQueryClient()
  const shown = (records: (RecordData | null | undefined)[]) => {
    for (const record of records) if (record) patchRecord(client, ref.object, record)
    refreshObject(client, ref.object)
  }
  const texts = useMutation({
    mutationFn: (block: CellBlock) => post<CellsResult>(`/${ref.path}/cells`, block),
    onSuccess: ({ records }) => shown(records),
  })
  const values = useMutation({
    mutationFn: (update: Record<string, unknown>[]) =>
      post<BatchResult>(`/${ref.path}/batch`, { update }),
    onSuccess: ({ results }) => shown(results.map(({ record }) => record)),
  })
  return { texts: texts.mutateAsync, values: values.mutateAsync }
}
