import type { FilterNode } from '@/api/types'

/** The part of a list that lives in the address, so that every state is a link. */
export interface ListSearch {
  view?: string
  q?: string
  filter?: FilterNode
  sort?: string
  /** `stage`, `close_date:month`; `none` where the view groups and this does not. */
  group?: string
  peek?: string
  /** A day of the month or week that a calendar shows. */
  at?: string
}
type Raw = Record<string, unknown>

const word = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
const dayOf = (value: unknown) =>
  /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? String(value) : undefined
const tree = (value: unknown) =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as FilterNode) : undefined

export const listSearch = (raw: Raw): ListSearch => ({
  view: word(raw.view),
  q: word(raw.q),
  filter: tree(raw.filter),
  sort: word(raw.sort),
  group: word(raw.group),
  peek: word(raw.peek),
  at: dayOf(raw.at),
})
export const boardSearch = listSearch
export const calendarSearch = listSearch
/** The tab of a record page, and the day as of whose end it is shown. */
export const recordSearch = (raw: Raw): { tab?: string; as_of?: string } => ({
  tab: word(raw.tab),
  as_of: dayOf(raw.as_of),
})

/** Whose duplicates, in what state, and the pair that is open. */
export const duplicatesSearch = (raw: Raw): { object?: string; state?: string; pair?: string } => ({
  object: word(raw.object),
  state: word(raw.state),
  pair: word(raw.pair),
})

/** What the table to be imported holds. */
export const importSearch = (raw: Raw): { object?: string } => ({ object: word(raw.object) })

/** What is looked up. */
export const lookupSearch = (raw: Raw): { q?: string } => ({ q: word(raw.q) })

/** The period of the dashboard. */
export const dashboardSearch = (raw: Raw): { period?: string } => ({ period: word(raw.period) })

/** Only a path of this app may be returned to after sign-in. */
export const signInSearch = (raw: Raw): { next?: string } => {
  const next = word(raw.next)
  return next && /^\/(?![/\\])/.test(next) ? { next } : {}
}
