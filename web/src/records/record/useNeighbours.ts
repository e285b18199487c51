import {
  type InfiniteData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { columnQuery } from '@/api/board'
import { keys } from '@/api/keys'
import { countQuery, listQuery, type ObjectRef } from '@/api/records'
import type { ListParams, Page } from '@/api/types'
import { type Around, useAround } from '../list/around'
import { type LastGroups, useLastGroups } from '../list/lastGroups'
import { useGroups } from '../list/useGroups'

/** A question of a list, or of a board's column. */
interface Question {
  column: string | null
  params: ListParams
  /** When it was answered. */
  at: number
}
const NOTHING: ListParams = {}
const NO_SUMS: string[] = []

const rowsOf = (data: InfiniteData<Page> | undefined) =>
  data?.pages.flatMap((page) => page.items) ?? []

/** The question of the list or board column with this record that was looked at last. */
function useLastQuestion(object: string, id: string): Question | undefined {
  const client = useQueryClient()
  return useMemo(() => {
    const [found] = [keys.lists(object), keys.boards(object)]
      .flatMap((queryKey) => client.getQueryCache().findAll({ queryKey }))
      .toSorted((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
      .filter(({ state }) =>
        rowsOf(state.data as InfiniteData<Page> | undefined).some((row) => row.id === id),
      )
    if (!found) return undefined
    const [, , kind, ...asked] = found.queryKey as unknown[]
    const params = asked.at(-1) as ListParams
    return {
      column: kind === 'board' ? String(asked[0]) : null,
      params,
      at: found.state.dataUpdatedAt,
    }
  }, [client, object, id])
}

/** The question of the grouped list with this record, if that was looked at last. */
function useLastGrouped(object: string, id: string, since: number): LastGroups | null {
  const { last, at } = useLastGroups(object)
  // biome-ignore lint/correctness/useExhaustiveDependencies: as it was when one came here
  return useMemo(() => (last?.ids.has(id) && at >= since ? last : null), [object, id])
}

/**
 * The records before and after this one where it was looked at last, whose next page comes as its end
 * comes near, and which of how many this one is there.
 */
export function useNeighbours(ref: ObjectRef, id: string): Around {
  const asked = useLastQuestion(ref.object, id)
  const grouped = useLastGrouped(ref.object, id, asked?.at ?? 0)
  const groups = useGroups(
    ref,
    grouped?.params ?? NOTHING,
    grouped?.grouping ?? null,
    grouped?.summed ?? NO_SUMS,
  )
  const params = asked?.params ?? NOTHING
  const list = useInfiniteQuery({ ...listQuery(ref, params), enabled: false })
  const column = useInfiniteQuery({
    ...columnQuery(ref, asked?.column ?? '', params),
    enabled: false,
  })
  const { data: count } = useQuery({
    ...countQuery(ref, params),
    enabled: asked !== undefined && !grouped,
  })
  const { data, fetchNextPage, ...state } = asked?.column == null ? list : column
  const open = state.hasNextPage && !state.isFetchingNextPage && !state.isFetchNextPageError
  const rows = useMemo(() => (asked ? rowsOf(data) : []), [asked, data])
  const more = useCallback(() => {
    if (open) void fetchNextPage()
  }, [open, fetchNextPage])
  return useAround(id, { rows, more }, grouped && groups, count)
}
