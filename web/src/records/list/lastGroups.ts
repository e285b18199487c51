import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { ListParams } from '@/api/types'
import type { Grouping } from '@/fields/grouping'

/** A grouped list as it was left: what was asked, and what of it was opened. */
export interface LastGroups {
  params: ListParams
  grouping: Grouping
  summed: string[]
  /** How many records of each group were asked for, and which groups are folded. */
  sizes: ReadonlyMap<string, number>
  folds: ReadonlySet<string>
  /** The records that were there. */
  ids: ReadonlySet<string>
}

const keyOf = (object: string) => ['grouped', object] as const

/** The grouped list of an object that was looked at last, and when. */
export function useLastGroups(object: string) {
  const client = useQueryClient()
  const state = client.getQueryState<LastGroups>(keyOf(object))
  return { last: state?.data, at: state?.dataUpdatedAt ?? 0 }
}

/** Keeps how a grouped list stands, for the pages of its records and for who comes back. */
export function useKeepGroups(object: string, now: LastGroups | null) {
  const client = useQueryClient()
  useEffect(() => {
    if (!now) return
    client.setQueryDefaults(keyOf(object), { gcTime: Number.POSITIVE_INFINITY })
    client.setQueryData(keyOf(object), now)
  }, [client, object, now])
}

/** A list that is not grouped is the one that was looked at last. */
export function useForgetGroups(object: string, forget: boolean) {
  const client = useQueryClient()
  useEffect(() => {
    if (forget) client.removeQueries({ queryKey: keyOf(object) })
  }, [client, object, forget])
}
