import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { live, useWatch } from '@/api/live'
import { aggregateQuery, countQuery, listQuery } from '@/api/records'
import type { ListParams } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'

/** Outlines drawn after the last loaded row while more are known to follow. */
const OUTLINES = 40

/** The rows of a list, page by page as the reader scrolls, kept current by the live connection. */
export function useListRows(meta: ObjectMeta, params: ListParams) {
  const client = useQueryClient()
  const query = useInfiniteQuery({ ...listQuery(meta, params), placeholderData: keepPreviousData })
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data])
  const [stale, setStale] = useState(false)
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  useWatch(meta, '*')
  useEffect(
    () => live.onStaleList((object) => object === meta.object && setStale(true)),
    [meta.object],
  )
  const refresh = useCallback(() => {
    setStale(false)
    void client.resetQueries({ queryKey: listQuery(meta, params).queryKey })
  }, [client, meta, params])
  return {
    rows,
    pending: hasNextPage ? OUTLINES : 0,
    loading: query.isPending,
    /** The rows are those of the question before: the answer to this one is on its way. */
    former: query.isPlaceholderData,
    error: query.error,
    more,
    stale,
    refresh,
  }
}

/** The count of a list: capped, which is cheap, until the reader asks for the exact one. */
export function useListCount(meta: ObjectMeta, params: ListParams) {
  const [exact, setExact] = useState(false)
  const { data } = useQuery({
    ...countQuery(meta, params, exact),
    placeholderData: (before) => before,
  })
  const askExact = useCallback(() => setExact(true), [])
  return { count: data, askExact }
}

/** Sums of the shown columns that can be summed, by field key. */
export function useListSums(meta: ObjectMeta, params: ListParams, fields: string[]) {
  const { data } = useQuery({
    ...aggregateQuery(meta, {
      filter: params.filter,
      q: params.q,
      measures: fields.map((field) => ({ op: 'sum' as const, field })),
    }),
    enabled: fields.length > 0,
  })
  const values = data?.rows[0]?.values ?? []
  return new Map(fields.map((field, index) => [field, values[index]]))
}
