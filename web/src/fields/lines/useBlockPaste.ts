import { useQueryClient } from '@tanstack/react-query'
import type { ClipboardEvent } from 'react'
import { rowsQuery } from '@/api/records'
import type { FilterNode, Link } from '@/api/types'
import { fieldOf, useObjects } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { useFormat } from '@/ui/useFormat'
import { kindOf } from '../registry'
import { blockOf, placeOf } from './cells'
import type { Lines } from './useLines'
import type { Line } from './written'

const MOST = 200
/** Keys by which a pasted word may name a record. */
const NAMES = ['name', 'code']

/** Fills cells from a block of a spreadsheet; words in a column of links are looked up. */
export function useBlockPaste(lines: Lines, cells: Field[]) {
  const client = useQueryClient()
  const objects = useObjects()
  const format = useFormat()

  const linksNamed = async (meta: ObjectMeta, words: string[]): Promise<Map<string, Link>> => {
    const keys = NAMES.filter((key) => fieldOf(meta, key)?.filterable)
    const any: FilterNode[] = keys.map((field) => ({ field, op: 'in', value: words }))
    const { items } = await client.fetchQuery(
      rowsQuery(meta, { filter: { any }, limit: MOST, count: 'none' }),
    )
    const found = new Map<string, Link>()
    for (const row of items) {
      const link = { id: row.id, name: row.name, object: meta.object }
      for (const key of keys) found.set(String(row[key]), link)
    }
    return found
  }
  const readColumn = async (column: Field, words: string[]) => {
    const meta = objects.find(({ object }) => object === column.target)
    if (meta) {
      const asked = [...new Set(words.filter(Boolean))].slice(0, MOST)
      const found = asked.length ? await linksNamed(meta, asked) : new Map<string, Link>()
      return words.map((word) => found.get(word))
    }
    const kind = kindOf(column)
    return words.map((word) => (word ? kind.fromText?.(word, column, format) : undefined))
  }
  const spread = async (block: string[][], row: number, first: number) => {
    const columns = cells.slice(first, first + Math.max(...block.map(({ length }) => length)))
    const changes: Line[] = block.map(() => ({}))
    for (const [at, column] of columns.entries()) {
      const words = block.map((line) => (line[at] ?? '').trim())
      const values = await readColumn(column, words)
      for (const [index, value] of values.entries()) {
        if (value !== undefined) changes[index]![column.key] = value
        else if (column.target && words[index]) changes[index]!.description ??= words[index]
      }
    }
    lines.spread(row, changes)
  }
  return (event: ClipboardEvent) => {
    const place = placeOf(event.target)
    const block = blockOf(event.clipboardData.getData('text/plain'))
    if (!place || !block) return
    event.preventDefault()
    void spread(block, place.row, place.column)
  }
}
