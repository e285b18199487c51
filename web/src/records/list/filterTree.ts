import type { Condition, FilterNode } from '@/api/types'
import { isComplete } from '@/fields/operators'

/** A filter as the bar edits it: conditions and groups that all or any must hold. */
export interface Group {
  mode: 'all' | 'any'
  items: Item[]
}
/** `opaque` is a node this bar does not edit (not, has): it is kept as it is. */
export type Item = Condition | Group | { opaque: FilterNode }

export const isGroup = (item: Item): item is Group => 'mode' in item
export const isCondition = (item: Item): item is Condition => 'field' in item
export const EMPTY: Group = { mode: 'all', items: [] }

function toItem(node: FilterNode): Item {
  if ('all' in node) return { mode: 'all', items: node.all.map(toItem) }
  if ('any' in node) return { mode: 'any', items: node.any.map(toItem) }
  if ('field' in node) return node
  return { opaque: node }
}

/** The tree of an address or a view → what the bar shows; one condition alone becomes a group. */
export function parseFilter(node: FilterNode | null | undefined): Group {
  if (!node) return EMPTY
  const item = toItem(node)
  return isGroup(item) ? item : { mode: 'all', items: [item] }
}

const toNode = (item: Item): FilterNode => {
  if (isCondition(item)) return item
  if (!isGroup(item)) return item.opaque
  return item.mode === 'all' ? { all: item.items.map(toNode) } : { any: item.items.map(toNode) }
}

/** What stands in the address and in a view, unfinished conditions included. */
export const storedFilter = (group: Group): FilterNode => toNode(group)

/** What is asked of the server: without unfinished conditions and empty groups, each as `ask` says. */
export function sentFilter(
  node: FilterNode | null | undefined,
  ask: (condition: Condition) => FilterNode = (condition) => condition,
): FilterNode | undefined {
  const prune = (item: Item): Item | null => {
    if (isCondition(item)) return isComplete(item) ? toItem(ask(item)) : null
    if (!isGroup(item)) return item
    const items = item.items.flatMap((one) => prune(one) ?? [])
    return items.length ? { ...item, items } : null
  }
  const kept = prune(parseFilter(node))
  return kept ? toNode(kept) : undefined
}

/** Both must hold. */
export function both(a: FilterNode | undefined, b: FilterNode | undefined): FilterNode | undefined {
  if (!a || !b) return a ?? b
  return { all: [a, b] }
}

export const countConditions = (group: Group): number =>
  group.items.reduce((sum, item) => sum + (isGroup(item) ? countConditions(item) : 1), 0)

export const replaceAt = (group: Group, index: number, item: Item | null): Group => ({
  ...group,
  items: item ? group.items.with(index, item) : group.items.toSpliced(index, 1),
})
export const append = (group: Group, item: Item): Group => ({
  ...group,
  items: [...group.items, item],
})
