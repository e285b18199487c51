import type { InfiniteData } from '@tanstack/react-query'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { keys } from '@/api/keys'
import type { Page } from '@/api/types'

/** The records before and after this one in the list that was looked at last. */
export function useNeighbours(object: string, id: string) {
  const client = useQueryClient()
  return useMemo(() => {
    const lists = client
      .getQueryCache()
      .findAll({ queryKey: keys.lists(object) })
      .toSorted((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
    for (const list of lists) {
      const rows = (list.state.data as InfiniteData<Page> | undefined)?.pages.flatMap(
        (page) => page.items,
      )
      const at = rows?.findIndex((row) => row.id === id) ?? -1
      if (rows && at >= 0) return { before: rows[at - 1]?.id, after: rows[at + 1]?.id }
    }
    return { before: undefined, after: undefined }
  }, [client, object, id])
}
