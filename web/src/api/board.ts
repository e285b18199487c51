import { infiniteQueryOptions } from '@tanstack/react-query'
import { ask } from './client'
import { keys } from './keys'
import type { ObjectRef } from './records'
import type { ListParams, Page } from './types'

const CARDS = 50

/** The cards of one column, fifty at a time; fetched anew whenever a record of the object changed. */
export const columnQuery = (ref: ObjectRef, column: string, params: ListParams) =>
  infiniteQueryOptions({
    queryKey: keys.board(ref.object, column, params),
    staleTime: 30_000,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      ask<Page>(`/${ref.path}/query`, {
        ...params,
        limit: CARDS,
        count: 'none',
        ...(pageParam ? { cursor: pageParam } : {}),
      }),
    getNextPageParam: (last) => last.next,
  })
