import type { Locale } from '@/api/types'

/** Pages of the guide by the first part of an address, or the first two. Modules add those of their objects. */
const pages = new Map<string, string>([
  ['', 'first-day'],
  ['dashboard', 'dashboard'],
  ['imports', 'import-export'],
  ['change_sets', 'undo'],
  ['recycle_bin', 'undo'],
  ['duplicates', 'duplicates'],
  ['notifications', 'records'],
  ['lookup', 'duplicates'],
  ['settings', 'administration'],
  ['settings/roles', 'rights'],
  ['settings/sharing', 'rights'],
  ['settings/reads', 'rights'],
  ['settings/fields', 'customizing'],
  ['settings/objects', 'customizing'],
  ['settings/layouts', 'customizing'],
  ['settings/rules', 'customizing'],
])
/** What the guide says about any object, by the kind of page. */
const GENERAL = { list: 'lists', board: 'pipeline', record: 'records' } as const

export const setHelpPage = (path: string, page: string) => void pages.set(path, page)

/** The page of the guide that tells about the screen at this address. */
export function helpPageOf(pathname: string): string {
  const [first = '', second] = pathname.split('/').slice(1)
  const own = pages.get(`${first}/${second}`) ?? pages.get(first)
  if (own) return own
  if (!second) return GENERAL.list
  return second === 'board' ? GENERAL.board : GENERAL.record
}

export const allHelpPages = () => [...new Set([...pages.values(), ...Object.values(GENERAL)])]
export const helpUrl = (locale: Locale, page: string) => `/help/${locale}/${page}`
