import { Button } from '@mantine/core'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import type { Page } from '@/api/types'
import { Failure } from '@/ui/Failure'
import { PartSkeleton } from './PartSkeleton'

interface Props<T> {
  query: UseInfiniteQueryResult<InfiniteData<Page<T>>>
  /** Said when there is nothing. */
  empty: ReactNode
  /** The word of the button that fetches the next page. */
  more: string
  /** Of one row's outline while the first page is fetched. */
  height?: number
  children: (items: T[]) => ReactNode
}

/** A list that is fetched page by page, by a button at its end. */
export function Paged<T>({ query, empty, more, height, children }: Props<T>) {
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  return (
    <>
      {query.isPending && <PartSkeleton height={height} />}
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && !items.length && empty}
      {items.length > 0 && children(items)}
      {query.hasNextPage && (
        <Button
          fullWidth
          variant="subtle"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {more}
        </Button>
      )}
    </>
  )
}
