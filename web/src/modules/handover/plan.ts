import type { HandOverPlan } from '@/api/handover'
import type { Link } from '@/api/types'

/** Where the records of one object go: with the rest, nowhere, or to people of their own. */
export interface Way {
  kind: 'same' | 'stay' | 'other'
  to: Link[]
}
export const SAME: Way = { kind: 'same', to: [] }

export interface Draft {
  to: Link[]
  split: 'turn' | 'department'
  ways: Record<string, Way>
  finished: boolean
  shares: boolean
  views: boolean
  deactivate: boolean
  message: string
}
export const EMPTY: Draft = {
  to: [],
  split: 'turn',
  ways: {},
  finished: false,
  shares: true,
  views: true,
  deactivate: false,
  message: '',
}

const ids = (links: Link[]) => links.map((link) => link.id)

/** The plan as the server takes it; people who were not chosen yet leave an object with the rest. */
export function planOf(draft: Draft): HandOverPlan {
  const objects: Record<string, string[] | null> = {}
  for (const [object, way] of Object.entries(draft.ways)) {
    if (way.kind === 'stay') objects[object] = null
    if (way.kind === 'other' && way.to.length) objects[object] = ids(way.to)
  }
  const { split, finished, shares, views, deactivate } = draft
  const message = draft.message.trim() || null
  return { to: ids(draft.to), split, objects, finished, shares, views, deactivate, message }
}
