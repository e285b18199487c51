import type { RecordData } from '@/api/types'
import type { ObjectMeta } from './types'

/** The records of a small object, as far as the reader's metadata came with them. */
export type SmallRecords = ReadonlyMap<string, readonly RecordData[]>
type Refine = (meta: ObjectMeta, all: ObjectMeta[], records: SmallRecords) => ObjectMeta
const refinements = new Map<string, Refine>()

/** Lets a module say more of its object than the server tells, from what else is known. */
export const refineObject = (object: string, refine: Refine) => void refinements.set(object, refine)

/** All objects, each as its module refines it. */
export const refined = (objects: ObjectMeta[], records: SmallRecords): ObjectMeta[] =>
  objects.map((meta) => refinements.get(meta.object)?.(meta, objects, records) ?? meta)
