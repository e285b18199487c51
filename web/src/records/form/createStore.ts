import { useSyncExternalStore } from 'react'
import type { RecordData } from '@/api/types'

export interface CreateRequest {
  object?: string
  /** Values the form starts with (shown form: links as links). */
  values?: Record<string, unknown>
  /** Lets the user change the object first (the phone's plus). */
  choose?: boolean
  /** Told of the new record; without it a toast leads there. */
  onCreated?: (record: RecordData) => void
  onClosed?: () => void
}

let current: CreateRequest | null = null
const listeners = new Set<() => void>()
const set = (next: CreateRequest | null) => {
  current = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Opens the quick-create dialog from anywhere: palette, list, board, related list, link picker. */
export const openCreate = (request: CreateRequest) => set(request)
export const closeCreate = () => {
  const closed = current
  set(null)
  closed?.onClosed?.()
}
export const useCreateRequest = () => useSyncExternalStore(subscribe, () => current)
