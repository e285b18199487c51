import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { rowsQuery } from '@/api/records'
import type { Link, Money } from '@/api/types'
import { useObjects } from '@/metadata/hooks'
import type { Field } from '@/metadata/types'
import { type Filled, lineFill } from './fill'
import type { Lines } from './useLines'
import type { Line } from './written'

/** A chosen record fills its line as its module says; what did not fit is told at that cell. */
export function useFill(lines: Lines, row: number, currency: string) {
  const client = useQueryClient()
  const objects = useObjects()
  const [told, setTold] = useState<Filled['told']>()
  const fill = async (column: Field, line: Line, link: Link) => {
    const filler = lineFill(column.target)
    const meta = objects.find(({ object }) => object === column.target)
    if (!filler || !meta) return
    const filter = { field: 'id', op: 'in', value: [link.id] }
    const { items } = await client.fetchQuery(rowsQuery(meta, { filter, limit: 1, count: 'none' }))
    if (!items[0]) return
    const filled = filler.fill(items[0], { ...line, [column.key]: link }, currency)
    setTold(filled.told)
    lines.change(row, filled.change)
  }
  const toldAt = (key: string): Money | undefined => (told?.key === key ? told.value : undefined)
  return { fill, toldAt }
}
