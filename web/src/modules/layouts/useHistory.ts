import { useState } from 'react'

interface History<T> {
  past: T[]
  now: T
  future: T[]
}
const KEPT = 200

/** A value with its past: each change can be taken back and made again. */
export function useHistory<T>(start: T) {
  const [history, setHistory] = useState<History<T>>({ past: [], now: start, future: [] })
  const set = (change: (now: T) => T) =>
    setHistory(({ past, now, future }) => {
      const next = change(now)
      if (next === now) return { past, now, future }
      return { past: [...past.slice(-KEPT), now], now: next, future: [] }
    })
  const undo = () =>
    setHistory((all) => {
      const last = all.past.at(-1)
      if (last === undefined) return all
      return { past: all.past.slice(0, -1), now: last, future: [all.now, ...all.future] }
    })
  const redo = () =>
    setHistory((all) => {
      const [next, ...future] = all.future
      if (next === undefined) return all
      return { past: [...all.past, all.now], now: next, future }
    })
  return {
    now: history.now,
    set,
    undo,
    redo,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
  }
}
