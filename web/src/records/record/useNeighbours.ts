import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { keys } from '@/api/keys'
import { listQuery, type ObjectRef } from '@/api/records'
import type { ListParams, Page } from '@/api/types'

const rowsOf = (data: InfiniteData<Page> | undefined) =>
  data?.pages.flatMap((page) => page.items) ?? []

/** The question of the list with this record that was looked at last. */
function useLastList(object: string, id: string): ListParams | undefined {
  const client = useQueryClient()
  return useMemo(() => {
    const lists = client
      .getQueryCache()
      .findAll({ queryKey: keys.lists(object) })
      .toSorted((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
    const found = lists.find((list) =>
      rowsOf(list.state.data as InfiniteData<Page> | undefined).some((row) => row.id === id),
    )
    return found?.queryKey[keys.lists(object).length] as ListParams | undefined
  }, [client, object, id])
}

/** The records before and after this one in that list, whose next page comes when its end is near. */
export function useNeighbours(ref: ObjectRef, id: string) {
  const params = useLastList(ref.object, id)
  const list = useInfiniteQuery({ ...listQuery(ref, params ?? {}), enabled: false })
  const { data, fetchNextPage } = list
  const more = list.hasNextPage && !list.isFetchingNextPage && !list.isFetchNextPageError
  const rows = useMemo(() => (params ? rowsOf(data) : []), [params, data])
  const at = rows.findIndex((row) => row.id === id)
  const ends = at >= 0 && at === rows.length - 1 && more
  useEffect(() => {
    if (ends) void fetchNextPage()
  }, [ends, fetchNextPage])
  return { before: rows[at - 1]?.id, after: at < 0 ? undefined : rows[at + 1]?.id }
}
