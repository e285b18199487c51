import type { RecordData } from '@/api/types'

/** Tells whether a field of a record is fixed in the record's present state (a module's slot). */
type Lock = (record: RecordData, key: string) => boolean
const locks = new Map<string, Lock>()

export const setLock = (object: string, lock: Lock) => void locks.set(object, lock)
export const isLocked = (object: string, record: RecordData, key: string) =>
  locks.get(object)?.(record, key) ?? false
