import { useEffect } from 'react'
import { usePreference } from '@/api/session'
import type { RecordData } from '@/api/types'

const KEPT = 12
const SETTLED_MS = 1500

/** Puts a record that was looked at for a moment among the reader's recent ones. */
export function useRemember(object: string, record: RecordData | undefined) {
  const [recents = [], setRecents] = usePreference('recents')
  const { id, name } = record ?? {}
  const known = recents[0]?.id === id && recents[0]?.name === name
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another record starts the clock
  useEffect(() => {
    if (!id || !name || known) return
    const timer = setTimeout(() => {
      const others = recents.filter((link) => link.id !== id)
      setRecents([{ id, name, object }, ...others].slice(0, KEPT))
    }, SETTLED_MS)
    return () => clearTimeout(timer)
  }, [id, name, object])
}
