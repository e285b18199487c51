import { createContext } from 'react'

/** When the reader last looked at the record of this page, before now; unknown the first time. */
export const VisitContext = createContext<string | undefined>(undefined)

const KEPT = 200
/** Seconds since 1970 by record, the latest KEPT of them. */
export type Visits = Record<string, number>

export const momentOf = (seconds: number | undefined) =>
  seconds === undefined ? undefined : new Date(seconds * 1000).toISOString()

export function withVisit(visits: Visits, id: string, now: number): Visits {
  const others = Object.entries(visits).filter(([other]) => other !== id)
  others.sort(([, a], [, b]) => b - a)
  return Object.fromEntries([[id, Math.floor(now / 1000)], ...others.slice(0, KEPT - 1)])
}
