import type { Condition, FilterNode } from '@/api/types'
import { isComplete } from '@/fields/operators'

/** A filter as it is edited: conditions and groups that all or any must hold. */
export interface Group {
  mode: 'all' | 'any'
  items: Item[]
  /** Turned round: around the group, or `bare` around its only condition. */
  not?: 'group' | 'bare'
}
/** Whether there are records that point here and meet `where`. */
export interface Related {
  related: string
  wanted: boolean
  where: Item | null
}
/** `opaque` is a node that no filter knows: it is kept as it is, for the server to refuse. */
export type Item = Condition | Group | Related | { opaque: FilterNode }

export const isGroup = (item: Item): item is Group => 'mode' in item
export const isCondition = (item: Item): item is Condition => 'field' in item
export const isRelated = (item: Item): item is Related => 'related' in item
export const EMPTY: Group = { mode: 'all', items: [] }
/** How deep a filter may be nested, as the server counts. */
export const DEPTH = 8

function toItem(node: FilterNode): Item {
  if ('all' in node && Array.isArray(node.all)) return { mode: 'all', items: node.all.map(toItem) }
  if ('any' in node && Array.isArray(node.any)) return { mode: 'any', items: node.any.map(toItem) }
  if ('field' in node) return node
  if ('not' in node) {
    const inner = toItem(node.not)
    if (isGroup(inner) && !inner.not) return { ...inner, not: 'group' }
    // of one condition "not all" and "none" mean the same; a second joins it in "none"
    return { mode: 'any', items: [inner], not: 'bare' }
  }
  if ('has' in node || 'has_not' in node) {
    const related = 'has' in node ? node.has : node.has_not
    const where = node.where ? toItem(node.where) : null
    return { related, wanted: 'has' in node, where }
  }
  return { opaque: node }
}

/** An item as a group: one that stands alone becomes the only one of its group. */
export const asGroup = (item: Item | null): Group =>
  !item ? EMPTY : isGroup(item) ? item : { mode: 'all', items: [item] }

/** The tree of an address or a view → what is edited. */
export const parseFilter = (node: FilterNode | null | undefined): Group =>
  node ? asGroup(toItem(node)) : EMPTY

const around = (group: Group, nodes: FilterNode[]): FilterNode => {
  if (group.not === 'bare' && nodes.length === 1) return { not: nodes[0]! }
  const body: FilterNode = group.mode === 'all' ? { all: nodes } : { any: nodes }
  return group.not ? { not: body } : body
}
const related = ({ related: of, wanted }: Related, where: FilterNode | null): FilterNode => ({
  ...(wanted ? { has: of } : { has_not: of }),
  ...(where ? { where } : {}),
})
const toNode = (item: Item): FilterNode => {
  if (isCondition(item)) return item
  if (isRelated(item)) return related(item, item.where && toNode(item.where))
  return isGroup(item) ? around(item, item.items.map(toNode)) : item.opaque
}

/** What stands in the address and in a view, unfinished conditions included. */
export const storedFilter = (group: Group): FilterNode => toNode(group)

/** How a tree is asked by this reader, of an object known by `of`. */
export interface Asking<Of> {
  /** The condition as the server understands it; null when the reader cannot ask it. */
  ask: (condition: Condition, of: Of) => FilterNode | null
  /** The object that a relation leads to; null when the reader does not know it. */
  follow: (related: string, of: Of) => Of | null
}
/** What is asked, and for each place in it (as errors name it) the item it came from. */
export interface Sent {
  node: FilterNode | undefined
  places: [pointer: string, item: string][]
}

/** What is asked of the server: without unfinished conditions, empty groups and unknown fields. */
export function sentFilter<Of>(group: Group, of: Of, asking: Asking<Of>): Sent {
  const places: Sent['places'] = []
  const write = (item: Item, here: Of, path: string, pointer: string): FilterNode | null => {
    places.push([pointer, path])
    if (isCondition(item)) return isComplete(item) ? asking.ask(item, here) : null
    if (isRelated(item)) {
      const there = asking.follow(item.related, here)
      if (!there) return null
      const where = item.where && write(item.where, there, `${path}/where`, `${pointer}/where`)
      return related(item, where)
    }
    if (!isGroup(item)) return item.opaque
    const kept: FilterNode[] = []
    for (const [index, one] of item.items.entries()) {
      const bare = item.not === 'bare' && item.items.length === 1
      const inside = bare ? '/not' : `${item.not ? '/not' : ''}/${item.mode}/${kept.length}`
      const before = places.length
      const node = write(one, here, `${path}/${index}`, pointer + inside)
      if (node) kept.push(node)
      else places.length = before
    }
    return kept.length ? around(item, kept) : null
  }
  const node = write(group, of, '', '/filter') ?? undefined
  return { node, places }
}

/** The messages of a refusal by the item that each is about. */
export function errorsAt(
  errors: readonly { pointer: string; message: string }[],
  places: Sent['places'],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { pointer, message } of errors) {
    const inside = places.filter(([at]) => pointer === at || pointer.startsWith(`${at}/`))
    const [, path] = inside.toSorted(([a], [b]) => b.length - a.length)[0] ?? []
    if (path !== undefined) found.set(path, message)
  }
  return found
}

/** Both must hold; no deeper than either is. */
export function both(a: FilterNode | undefined, b: FilterNode | undefined): FilterNode | undefined {
  if (!a || !b) return a ?? b
  const parts = (node: FilterNode) => ('all' in node ? node.all : [node])
  return { all: [...parts(a), ...parts(b)] }
}

export const countConditions = (item: Item): number => {
  if (isGroup(item)) return item.items.reduce((sum, one) => sum + countConditions(one), 0)
  return isRelated(item) && item.where ? countConditions(item.where) + 1 : 1
}

export const replaceAt = (group: Group, index: number, item: Item | null): Group => ({
  ...group,
  items: item ? group.items.with(index, item) : group.items.toSpliced(index, 1),
})
export const append = (group: Group, item: Item): Group => ({
  ...group,
  items: [...group.items, item],
})
