import { useEffect } from 'react'
import type { Count, RecordData } from '@/api/types'
import type { GridLine } from '../grid/types'
import type { ListGroup, useGroups } from './useGroups'

/** A record in its list: its neighbours as far as they have come, and which of how many it is. */
export interface Around {
  record?: RecordData
  before?: RecordData
  after?: RecordData
  place: number | null
  count: Count | undefined
}
interface Found extends Around {
  /** Where it stands: from here on both sides what has not come is wanted. */
  at: number
  near: boolean
}
/** So near to what has not come, it is wanted. */
const AHEAD = 3
const NOWHERE: Found = { place: null, count: undefined, at: -1, near: false }

function aroundRow(rows: RecordData[], id: string, count: Count | undefined): Found {
  const at = rows.findIndex((row) => row.id === id)
  if (at < 0) return NOWHERE
  const [before, record, after] = [rows[at - 1], rows[at], rows[at + 1]]
  return { record, before, after, place: at + 1, count, at, near: at >= rows.length - AHEAD }
}

/** How many records a line stands for: the head of a folded group for all of it. */
function recordsOf(line: GridLine, groups: ListGroup[], shown: number) {
  if ('head' in line) return groups[line.head]?.folded ? (groups[line.head]?.count ?? 0) : 0
  return 'rest' in line ? (groups[line.rest]?.count ?? 0) - shown : 1
}

/** The same for a list in groups: the place counts what is folded or has not come, too. */
export function aroundLine(
  groups: ListGroup[],
  lines: GridLine[],
  rows: RecordData[],
  id: string,
): Found {
  const at = lines.findIndex((line) => 'row' in line && rows[line.row]?.id === id)
  if (at < 0) return NOWHERE
  let place = 0
  let shown = 0
  for (const line of lines.slice(0, at + 1)) {
    place += recordsOf(line, groups, shown)
    shown = 'head' in line ? 0 : shown + 1
  }
  // A record that has not come is waited for, never skipped.
  const next = (step: 1 | -1) => {
    const rest = step > 0 ? lines.slice(at + 1) : lines.slice(0, at).toReversed()
    const line = rest.find((each) => !('head' in each || 'rest' in each))
    return line && 'row' in line ? rows[line.row] : undefined
  }
  const total = groups.reduce((sum, { count }) => sum + count, 0)
  const window = lines.slice(Math.max(0, at - AHEAD), at + AHEAD + 1)
  return {
    record: rows.find((row) => row.id === id),
    before: next(-1),
    after: next(1),
    place,
    count: { value: total, capped: false },
    at,
    near: window.some((line) => 'waits' in line),
  }
}

/** What stands around the record that is looked at, in its list; what is near is fetched. */
export function useAround(
  id: string | undefined,
  list: { rows: RecordData[]; more: () => void },
  groups: ReturnType<typeof useGroups> | null,
  count: Count | undefined,
): Around {
  const found = !id
    ? NOWHERE
    : groups
      ? aroundLine(groups.groups ?? [], groups.lines, groups.rows, id)
      : aroundRow(list.rows, id, count)
  const { near, at } = found
  const { more } = list
  const seen = groups?.seen
  useEffect(() => {
    if (!near) return
    if (seen) seen(Math.max(0, at - AHEAD), at + AHEAD)
    else more()
  }, [near, at, more, seen])
  return found
}
