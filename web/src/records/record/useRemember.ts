import { useEffect, useState } from 'react'
import { useMe, useUpdateMe } from '@/api/session'
import type { RecordData } from '@/api/types'
import { momentOf, withVisit } from '../past/visit'

const KEPT = 12
const SETTLED_MS = 1500

/**
 * Puts a record that was looked at for a moment among the reader's recent ones, and notes when that
 * was. Gives the moment of the visit before this one.
 */
export function useRemember(object: string, wanted: string, record: RecordData | undefined) {
  const { recents = [], visits = {} } = useMe().preferences
  const { mutate } = useUpdateMe()
  const [before] = useState(visits[wanted])
  const { id, name } = record ?? {}
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another record starts the clock
  useEffect(() => {
    if (!id || !name) return
    const timer = setTimeout(() => {
      const others = recents.filter((link) => link.id !== id)
      mutate({
        preferences: {
          recents: [{ id, name, object }, ...others].slice(0, KEPT),
          visits: withVisit(visits, id, Date.now()),
        },
      })
    }, SETTLED_MS)
    return () => clearTimeout(timer)
  }, [id, name, object])
  return momentOf(before)
}
