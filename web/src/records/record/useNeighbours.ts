import {
  type InfiniteData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { columnQuery } from '@/api/board'
import { keys } from '@/api/keys'
import { countQuery, listQuery, type ObjectRef } from '@/api/records'
import type { ListParams, Page } from '@/api/types'

/** A question of a list, or of a board's column. */
interface Question {
  column: string | null
  params: ListParams
}
/** So near to the last row that is there, those that follow are asked for. */
const AHEAD = 3
const NOTHING: ListParams = {}

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
    return { column: kind === 'board' ? String(asked[0]) : null, params }
  }, [client, object, id])
}

/**
 * The records before and after this one where it was looked at last, whose next page comes as its end
 * comes near, and which of how many this one is there.
 */
export function useNeighbours(ref: ObjectRef, id: string) {
  const asked = useLastQuestion(ref.object, id)
  const params = asked?.params ?? NOTHING
  const list = useInfiniteQuery({ ...listQuery(ref, params), enabled: false })
  const column = useInfiniteQuery({
    ...columnQuery(ref, asked?.column ?? '', params),
    enabled: false,
  })
  const { data: count } = useQuery({ ...countQuery(ref, params), enabled: asked !== undefined })
  const { data, fetchNextPage, ...state } = asked?.column == null ? list : column
  const more = state.hasNextPage && !state.isFetchingNextPage && !state.isFetchNextPageError
  const rows = useMemo(() => (asked ? rowsOf(data) : []), [asked, data])
  const at = rows.findIndex((row) => row.id === id)
  const near = at >= 0 && at >= rows.length - AHEAD && more
  useEffect(() => {
    if (near) void fetchNextPage()
  }, [near, fetchNextPage])
  return {
    before: rows[at - 1]?.id,
    after: at < 0 ? undefined : rows[at + 1]?.id,
    place: at < 0 ? null : at + 1,
    count,
  }
}
