import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query'
import { keys } from './keys'
import type { Page, RecordData } from './types'

type Pages = InfiniteData<Page>
type Cached = Pages | Page | undefined
type Change = Partial<RecordData> & { id: string }

const mapItems = (data: Cached, change: (items: RecordData[]) => RecordData[]): Cached => {
  if (!data) return data
  if ('pages' in data) {
    let touched = false
    const pages = data.pages.map((page) => {
      const items = change(page.items)
      if (items === page.items) return page
      touched = true
      return { ...page, items }
    })
    return touched ? { ...data, pages } : data
  }
  if (!Array.isArray(data.items)) return data
  const items = change(data.items)
  return items === data.items ? data : { ...data, items }
}

const CONTAINERS = new Set(['list', 'rows', 'board'])

function eachList(client: QueryClient, object: string, change: (data: Cached) => Cached) {
  client.setQueriesData<Cached>(
    { queryKey: keys.object(object), predicate: (q) => CONTAINERS.has(String(q.queryKey[2])) },
    change,
  )
}

/** Writes changed keys of one record into every list and page that shows it. An older version is ignored. */
export function patchRecord(client: QueryClient, object: string, change: Change) {
  const merge = (row: RecordData): RecordData =>
    change.version !== undefined && row.version > change.version ? row : { ...row, ...change }
  eachList(client, object, (data) =>
    mapItems(data, (items) => {
      const at = items.findIndex((row) => row.id === change.id)
      return at < 0 ? items : items.with(at, merge(items[at]!))
    }),
  )
  client.setQueryData<RecordData>(keys.record(object, change.id), (row) => (row ? merge(row) : row))
}

/** Takes a record out of every list, as after a delete or when it left the reader's scope. */
export function dropRecord(client: QueryClient, object: string, id: string) {
  eachList(client, object, (data) =>
    mapItems(data, (items) =>
      items.some((row) => row.id === id) ? items.filter((row) => row.id !== id) : items,
    ),
  )
  client.removeQueries({ queryKey: keys.record(object, id) })
}

export function isShown(client: QueryClient, object: string, id: string): boolean {
  const lists = client.getQueriesData<Pages>({ queryKey: keys.lists(object) })
  return lists.some(([, data]) =>
    data?.pages?.some((page) => page.items.some((row) => row.id === id)),
  )
}

const DERIVED = new Set(['count', 'aggregate', 'board', 'rows'])
/** A list this long is not fetched again for one new row: the reader pulls it with "refresh". */
const REFETCH_PAGES = 3

/** What else depends on an object's records, a moment after they changed. */
const FURTHER = new Map<string, QueryKey>()
export const setFurther = (object: string, key: QueryKey) => FURTHER.set(object, key)
/** ms; what a server remembers is at most a fifth of a second old. */
const REMEMBERED = 400

/**
 * Fetches again what is derived from an object's records: counts, sums, boards, related rows;
 * with `lists` the open lists too, with `record` that record and its timeline.
 */
export function refreshObject(
  client: QueryClient,
  object: string,
  what: { lists?: boolean; record?: string } = {},
) {
  void client.invalidateQueries({
    queryKey: keys.object(object),
    predicate: (query) => {
      const kind = String(query.queryKey[2])
      if (DERIVED.has(kind)) return true
      if (kind === 'list' && what.lists) return true
      return kind === 'timeline' && query.queryKey[3] === what.record
    },
  })
  if (what.record) void client.invalidateQueries({ queryKey: keys.record(object, what.record) })
  const queryKey = FURTHER.get(object)
  if (queryKey) setTimeout(() => void client.invalidateQueries({ queryKey }), REMEMBERED)
}

/** True when every open list of the object is short enough to be fetched again unasked. */
export function listsAreShort(client: QueryClient, object: string): boolean {
  return client
    .getQueryCache()
    .findAll({ queryKey: keys.lists(object), type: 'active' })
    .every((query) => ((query.state.data as Pages)?.pages.length ?? 0) <= REFETCH_PAGES)
}
