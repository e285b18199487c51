import {
  hashKey,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { refreshObject } from '@/api/cache'
import { live, useWatch } from '@/api/live'
import { aggregateQuery, countQuery, listQuery } from '@/api/records'
import type { ListParams, Measure } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'

/** Outlines drawn after the last loaded row while more are known to follow. */
const OUTLINES = 40

/** The rows of a list, page by page as the reader scrolls, kept current by the live connection. */
export function useListRows(meta: ObjectMeta, params: ListParams, enabled = true) {
  const client = useQueryClient()
  const query = useInfiniteQuery({
    ...listQuery(meta, params),
    placeholderData: keepPreviousData,
    enabled,
  })
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data])
  const [stale, setStale] = useState(false)
  const more = useCallback(() => {
    if (enabled && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [enabled, hasNextPage, isFetchingNextPage, fetchNextPage])

  useWatch(meta, '*')
  useEffect(
    () => live.onStaleList((object) => object === meta.object && setStale(true)),
    [meta.object],
  )
  const refresh = useCallback(() => {
    setStale(false)
    // Groups are fetched one by one, with what else is derived from the records.
    if (enabled) void client.resetQueries({ queryKey: listQuery(meta, params).queryKey })
    else refreshObject(client, meta.object)
  }, [client, meta, params, enabled])
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

/** A figure of a column over all records that match. */
export interface Figure {
  field: string
  op: Measure['op']
}

/** Figures of columns from the server, by field key: ten at most, as one question holds. */
export function useFigures(meta: ObjectMeta, params: ListParams, figures: Figure[]) {
  const asked = figures.slice(0, 10)
  const measures = asked.map(({ field, op }) => ({ op, field }))
  const { data } = useQuery({
    ...aggregateQuery(meta, { filter: params.filter, q: params.q, measures }),
    enabled: asked.length > 0,
    // The answer to other figures would stand below the wrong columns.
    placeholderData: (before, query) =>
      hashKey(query?.queryKey[3].measures ?? []) === hashKey(measures) ? before : undefined,
  })
  const values = data?.rows[0]?.values ?? []
  return new Map(asked.map(({ field }, index) => [field, values[index]]))
}
