import { useQueries, useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { rowsQuery } from '@/api/records'
import { type ColourMap, MetadataContext } from './context'
import { fieldOf, objectsQuery } from './hooks'
import { refined } from './refine'
import type { ObjectMeta } from './types'

const COLOUR = 'color'
const NONE: ObjectMeta[] = []

/**
 * Holds all metadata, and the colours of small objects whose records carry one (stages), in one
 * context: table cells read it without a subscription each.
 */
export function MetadataProvider({ children }: { children: ReactNode }) {
  const told = useQuery(objectsQuery).data?.objects ?? NONE
  const objects = useMemo(() => refined(told), [told])
  const coloured = objects.filter((meta) => meta.rights.read && fieldOf(meta, COLOUR))
  const colours = useQueries({
    queries: coloured.map((meta) => ({
      ...rowsQuery(meta, { limit: 200, count: 'none' as const }),
      staleTime: 300_000,
    })),
    combine: (results): ColourMap =>
      new Map(
        results.map(({ data }, index) => [
          coloured[index]!.object,
          new Map((data?.items ?? []).map((row) => [row.id, String(row[COLOUR] ?? 'gray')])),
        ]),
      ),
  })
  const value = useMemo(() => ({ objects, colours }), [objects, colours])
  return <MetadataContext value={value}>{children}</MetadataContext>
}
