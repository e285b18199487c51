import { useSyncExternalStore } from 'react'
import type { RecordData } from '@/api/types'

export interface CreateRequest {
  object?: string
  /** Values the form starts with, as they are shown (links as links). */
  values?: Record<string, unknown>
  /** Lets the user choose the object first (the phone's plus). */
  choose?: boolean
  /** Told of the new record; without it the app goes there. */
  onCreated?: (record: RecordData) => void
  onClosed?: () => void
}

/** Open dialogs, the newest last: a picker inside one may open another. */
let stack: readonly CreateRequest[] = []
const listeners = new Set<() => void>()
const set = (next: readonly CreateRequest[]) => {
  stack = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Opens the quick-create dialog from anywhere: palette, list, board, related list, link picker. */
export const openCreate = (request: CreateRequest) => set([...stack, request])
export const closeCreate = (request: CreateRequest) => {
  set(stack.filter((one) => one !== request))
  request.onClosed?.()
}
export const useCreateRequests = () => useSyncExternalStore(subscribe, () => stack)
