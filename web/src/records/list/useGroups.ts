import { hashKey, useQueries, useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { aggregateQuery, type ObjectRef, rowsQuery } from '@/api/records'
import type { ListParams, Page, RecordData } from '@/api/types'
import {
  compareGroups,
  type Grouping,
  groupBy,
  groupCondition,
  groupingWord,
  groupKey,
} from '@/fields/grouping'
import { useOrderOf } from '@/fields/steps'
import { useFormat } from '@/ui/useFormat'
import { both } from '../filter/tree'
import type { GridLine } from '../grid/types'
import { useKeepGroups, useLastGroups } from './lastGroups'

/** One group: its value, how many records, and its figures in the order they were asked. */
export interface ListGroup {
  key: string
  value: unknown
  count: number
  values: unknown[]
  folded: boolean
}
/** Records fetched of a group at first, and more at a time, up to what one answer holds. */
const PAGE = 100
const MOST = 1000
const NONE: readonly RecordData[] = []
const together = (results: { data?: Page; error: Error | null }[]) => ({
  pages: results.map(({ data }) => data?.items ?? NONE),
  failed: results.find(({ error }) => error)?.error ?? null,
})

/** The groups of a list from the server, over all that match; null while they are not known. */
function useFound(ref: ObjectRef, params: ListParams, grouping: Grouping | null, summed: string[]) {
  const { locale } = useFormat()
  const order = useOrderOf(grouping?.field)
  const { data, error } = useQuery({
    ...aggregateQuery(ref, {
      filter: params.filter,
      q: params.q,
      group: grouping ? [groupBy(grouping)] : [],
      measures: [
        { op: 'count' as const },
        ...summed.slice(0, 9).map((field) => ({ op: 'sum' as const, field })),
      ],
    }),
    enabled: grouping !== null,
  })
  const groups = useMemo(() => {
    if (!grouping) return undefined
    const compare = compareGroups(grouping, order, locale)
    return data?.rows
      .map(({ group, values: [count, ...values] }) => ({
        key: groupKey(group[0]),
        value: group[0],
        count: Number(count),
        values,
      }))
      .toSorted((a, b) => compare(a.value, b.value))
  }, [data, grouping, order, locale])
  return { groups, error }
}

const NO_SIZES: ReadonlyMap<string, number> = new Map()
const NO_FOLDS: ReadonlySet<string> = new Set()
const questionOf = (params: ListParams, grouping: Grouping | null) =>
  hashKey([params, grouping && groupingWord(grouping)])

/** What is opened of a grouped list, and how far: as it was left, until something else is asked. */
function useOpened(ref: ObjectRef, params: ListParams, grouping: Grouping | null) {
  const { last } = useLastGroups(ref.object)
  const question = questionOf(params, grouping)
  const left = last && questionOf(last.params, last.grouping) === question ? last : undefined
  const [folds, setFolds] = useState(left?.folds ?? NO_FOLDS)
  const [sizes, setSizes] = useState(left?.sizes ?? NO_SIZES)
  const asked = useRef(question)
  useEffect(() => {
    if (asked.current !== question) setSizes(NO_SIZES)
    asked.current = question
  }, [question])
  return { folds, setFolds, sizes, setSizes }
}

/**
 * A list in groups: each fetched when it comes into sight. `lines` is what the grid draws, `rows` the
 * records among them that have come.
 */
export function useGroups(
  ref: ObjectRef,
  params: ListParams,
  grouping: Grouping | null,
  summed: string[],
) {
  const { timezone } = useFormat()
  const { groups: found, error } = useFound(ref, params, grouping, summed)
  const { folds, setFolds, sizes, setSizes } = useOpened(ref, params, grouping)

  const open = useMemo(
    () => (grouping ? (found ?? []) : []).filter(({ key }) => sizes.has(key) && !folds.has(key)),
    [grouping, found, sizes, folds],
  )
  const { pages, failed } = useQueries({
    queries: open.map(({ key, value }) => ({
      ...rowsQuery(ref, {
        ...params,
        filter: both(
          params.filter,
          grouping ? groupCondition(grouping, value, timezone) : undefined,
        ),
        limit: sizes.get(key) ?? PAGE,
        count: 'none',
      }),
      placeholderData: (before: Page | undefined) => before,
    })),
    combine: together,
  })
  const loaded = useMemo(
    () => new Map(open.map(({ key }, index) => [key, pages[index] ?? NONE])),
    [open, pages],
  )
  const groups = useMemo(
    () => found?.map((group): ListGroup => ({ ...group, folded: folds.has(group.key) })),
    [found, folds],
  )
  const { lines, rows } = useMemo(() => layOut(groups ?? [], loaded), [groups, loaded])
  const now = useMemo(
    () =>
      grouping && found
        ? { params, grouping, summed, sizes, folds, ids: new Set(rows.map((row) => row.id)) }
        : null,
    [found, params, grouping, summed, sizes, folds, rows],
  )
  useKeepGroups(ref.object, now)

  /** Told which lines are on the screen: their groups are fetched, or more of them. */
  const seen = useCallback(
    (first: number, last: number) =>
      setSizes((all) => {
        const wanted = new Map(all)
        for (const line of lines.slice(first, last + 1)) {
          if (!('waits' in line)) continue
          const size = all.get(line.waits) ?? 0
          const has = loaded.get(line.waits)?.length ?? 0
          // Asked for already, and not come yet.
          if (size <= has || !size) wanted.set(line.waits, Math.min(MOST, has + PAGE))
        }
        return [...wanted].some(([key, size]) => all.get(key) !== size) ? wanted : all
      }),
    [lines, loaded, setSizes],
  )
  const fold = useCallback(
    (keys: string[], folded: boolean) =>
      setFolds((all) => {
        const next = new Set(all)
        for (const key of keys) folded ? next.add(key) : next.delete(key)
        return next
      }),
    [setFolds],
  )
  return { groups, lines, rows, seen, fold, error: error ?? failed }
}

function layOut(groups: ListGroup[], loaded: ReadonlyMap<string, readonly RecordData[]>) {
  const lines: GridLine[] = []
  const rows: RecordData[] = []
  for (const [index, group] of groups.entries()) {
    lines.push({ head: index })
    if (group.folded) continue
    const records = loaded.get(group.key) ?? NONE
    for (const record of records) {
      lines.push({ row: rows.length })
      rows.push(record)
    }
    const known = Math.min(group.count, MOST)
    for (let at = records.length; at < known; at++) lines.push({ waits: group.key })
    if (group.count > MOST) lines.push({ rest: index })
  }
  return { lines, rows }
}
