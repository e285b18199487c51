import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { searchQuery } from '@/api/queries'
import { rowsQuery } from '@/api/records'
import type { FilterNode, Link, RecordData } from '@/api/types'
import { fieldOf, useObject } from '@/metadata/hooks'

type Scope = (record: Partial<RecordData>) => FilterNode | undefined
const scopes = new Map<string, Scope>()
type Creator = (target: string, name: string) => Promise<Link | null>
let creator: Creator | undefined

/** Narrows what a link field offers, by the record being edited (a module's slot). */
export const setLinkScope = (object: string, field: string, scope: Scope) => {
  scopes.set(`${object}.${field}`, scope)
}
export const linkScope = (object: string | undefined, field: string) =>
  scopes.get(`${object}.${field}`)

/** How a picker creates the record that is missing; given by the forms above this layer. */
export const setLinkCreator = (create: Creator) => {
  creator = create
}
export const linkCreator = () => creator

const NOWHERE = { object: '', path: '' }
export const PICKER_SIZE = 20

/** Records a link field may point to that match what was typed. */
export function useLinkChoices(target: string, q: string, filter: FilterNode | undefined) {
  const meta = useObject(target)
  const query = useQuery({
    ...rowsQuery(meta ?? NOWHERE, {
      q: q.trim() || undefined,
      filter,
      limit: PICKER_SIZE,
      count: 'none',
      // A place in an order of their own, such as that of stages.
      sort: fieldOf(meta, 'order')?.type === 'integer' ? 'order' : undefined,
    }),
    enabled: meta !== undefined,
    placeholderData: keepPreviousData,
  })
  return { items: query.data?.items ?? [], meta, pending: query.isPending }
}

/** Records of any object that match what was typed, as links. */
export function useAnyRecord(q: string): Link[] {
  const { data } = useQuery(searchQuery(q))
  return (data?.items ?? []).map(({ id, name, object }) => ({ id, name, object }))
}

/** Names of linked records whose ids stand in a filter. */
export function useLinkNames(target: string, ids: string[]) {
  const meta = useObject(target)
  const query = useQuery({
    ...rowsQuery(meta ?? NOWHERE, {
      filter: { field: 'id', op: 'in', value: ids },
      limit: Math.max(1, ids.length),
      count: 'none',
    }),
    enabled: meta !== undefined && ids.length > 0,
  })
  return new Map((query.data?.items ?? []).map((row) => [row.id, row.name]))
}
