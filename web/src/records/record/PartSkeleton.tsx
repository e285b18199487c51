import { Skeleton } from '@mantine/core'

const ROWS = ['a', 'b', 'c']
/** Outlines of a few cards while they are fetched. */
export function PartSkeleton({ height = 64 }: { height?: number }) {
  return (
    <div aria-busy>
      {ROWS.map((row) => (
        <Skeleton key={row} height={height} radius={10} mb={10} />
      ))}
    </div>
  )
}
