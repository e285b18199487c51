import { useQueries, useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { rowsQuery } from '@/api/records'
import type { Page, RecordData } from '@/api/types'
import { type ColourMap, MetadataContext } from './context'
import { fieldOf, objectsQuery } from './hooks'
import { refined } from './refine'
import type { ObjectMeta } from './types'

const COLOUR = 'color'
const NONE: ObjectMeta[] = []
const NO_ROWS: RecordData[] = []
const together = (results: { data?: Page }[]) => results.map(({ data }) => data?.items ?? NO_ROWS)
const coloursOf = (rows: readonly RecordData[]) =>
  new Map(rows.map((row) => [row.id, String(row[COLOUR] ?? 'gray')]))

/**
 * Holds all metadata, and the colours of small objects whose records carry one (stages), in one
 * context: table cells read it without a subscription each.
 */
export function MetadataProvider({ children }: { children: ReactNode }) {
  const told = useQuery(objectsQuery).data?.objects ?? NONE
  const coloured = useMemo(
    () => told.filter((meta) => meta.rights.read && fieldOf(meta, COLOUR)),
    [told],
  )
  const rows = useQueries({
    queries: coloured.map((meta) => ({
      ...rowsQuery(meta, { limit: 200, count: 'none' as const }),
      staleTime: 300_000,
    })),
    combine: together,
  })
  const value = useMemo(() => {
    const small = new Map(coloured.map(({ object }, index) => [object, rows[index] ?? NO_ROWS]))
    const colours: ColourMap = new Map([...small].map(([name, items]) => [name, coloursOf(items)]))
    return { objects: refined(told, small), colours }
  }, [told, coloured, rows])
  return <MetadataContext value={value}>{children}</MetadataContext>
}
