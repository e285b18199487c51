import { createContext, useContext } from 'react'

/** What the server refused, by the place of the item in the filter. */
export const FilterErrors = createContext<ReadonlyMap<string, string>>(new Map())

/** The refusal of exactly this item. */
export const useFilterError = (path: string): string | undefined =>
  useContext(FilterErrors).get(path)

/** Whether this item or anything inside was refused. */
export function useRefusedInside(path: string): string | undefined {
  const errors = useContext(FilterErrors)
  const at = [...errors.keys()].find((one) => one === path || one.startsWith(`${path}/`))
  return at === undefined ? undefined : errors.get(at)
}
