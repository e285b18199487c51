import type { Selection } from './types'

export const NOTHING: Selection = { ids: new Set(), matching: false, anchor: null }

/** Ticks or unticks one row; with `range`, everything from the anchor to it takes its new state. */
export function toggleRow(
  selection: Selection,
  order: readonly string[],
  id: string,
  range: boolean,
): Selection {
  // Unticking one of "all matching" leaves the loaded others: the rest was never seen.
  const ids = new Set(selection.matching ? order : selection.ids)
  const on = !ids.has(id)
  const from = range && selection.anchor !== null ? order.indexOf(selection.anchor) : -1
  const to = order.indexOf(id)
  const touched = from < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1)
  for (const one of touched) {
    if (on) ids.add(one)
    else ids.delete(one)
  }
  return { ids, matching: false, anchor: id }
}

export function toggleAll(selection: Selection, order: readonly string[]): Selection {
  const all = selection.matching || (order.length > 0 && order.every((id) => selection.ids.has(id)))
  return all ? NOTHING : { ids: new Set(order), matching: false, anchor: null }
}

export const selectMatching = (order: readonly string[]): Selection => ({
  ids: new Set(order),
  matching: true,
  anchor: null,
})

export const isSelected = (selection: Selection, id: string) =>
  selection.matching || selection.ids.has(id)
