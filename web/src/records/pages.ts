import type { RegisteredRouter, useSearch } from '@tanstack/react-router'
import type { SavedView } from '@/api/types'

/** Where a saved view is looked at, by its kind. */
export const VIEW_PAGES = {
  list: '/$path',
  board: '/$path/board',
  calendar: '/$path/calendar',
} as const

type Search = ReturnType<typeof useSearch<RegisteredRouter, undefined, false>>
interface Address {
  to: (typeof VIEW_PAGES)[SavedView['kind']]
  search: Search
}
const looked = new Map<string, Address>()

/** Notes how an object's list was last looked at. */
export const keepAddress = (object: string, kind: SavedView['kind'], search: Search) =>
  void looked.set(object, { to: VIEW_PAGES[kind], search: { ...search, peek: undefined } })
/** The way back from a record to the list it was opened from, with its filter. */
export const addressOf = (object: string): Address =>
  looked.get(object) ?? { to: VIEW_PAGES.list, search: {} }
