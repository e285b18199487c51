import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { rowsQuery } from '@/api/records'
import type { Link, Money, RecordData } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import type { Field } from '@/metadata/types'
import type { Line } from './written'

/** What a chosen record puts into its line; `told` is a price that did not fit the document. */
export interface Filled {
  change: Line
  told?: { key: string; value: Money }
}
/** How records of an object fill the line they are chosen in. Given by modules. */
interface Filler {
  fill: (record: RecordData, line: Line, currency: string) => Filled
  /** The key of the record's unit, shown behind the quantity. */
  unit?: string
}
const fillers = new Map<string, Filler>()
export const setLineFill = (target: string, filler: Filler) => void fillers.set(target, filler)
export const lineFill = (target: string | null | undefined) => fillers.get(target ?? '')

const NOWHERE = { object: '', path: '' }

/** The records that the lines point to in this column, by id. */
export function useLinked(column: Field | undefined, lines: Line[]): Map<string, RecordData> {
  const meta = useObject(column?.target)
  const ids = [
    ...new Set(lines.flatMap((line) => (line[column?.key ?? ''] as Link | null)?.id ?? [])),
  ].toSorted()
  const query = useQuery({
    ...rowsQuery(meta ?? NOWHERE, {
      filter: { field: 'id', op: 'in', value: ids },
      limit: Math.max(1, ids.length),
      count: 'none',
    }),
    enabled: meta !== undefined && ids.length > 0,
    placeholderData: (before) => before,
  })
  return useMemo(() => new Map((query.data?.items ?? []).map((row) => [row.id, row])), [query.data])
}

/** The unit of what each line is about, as words; nothing where there is none. */
export function useUnits(columns: Field[], lines: Line[]) {
  const column = columns.find(({ target }) => lineFill(target)?.unit)
  const key = lineFill(column?.target)?.unit
  const linked = useLinked(column, lines)
  return (line: Line): string => {
    const link = column && (line[column.key] as Link | null | undefined)
    const unit = link && key ? linked.get(link.id)?.[key] : null
    return typeof unit === 'string' ? unit : ''
  }
}
