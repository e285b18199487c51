import { useSyncExternalStore } from 'react'

/** Whether the tour was asked for; its code is elsewhere and comes when it runs. */
let asked = false
const listeners = new Set<() => void>()
const set = (next: boolean) => {
  asked = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const startTour = () => set(true)
export const endTour = () => set(false)
export const useTourAsked = () => useSyncExternalStore(subscribe, () => asked)
