import type { ObjectMeta } from './types'

type Refine = (meta: ObjectMeta, all: ObjectMeta[]) => ObjectMeta
const refinements = new Map<string, Refine>()

/** Lets a module say more of its object than the server tells, from what else is known. */
export const refineObject = (object: string, refine: Refine) => void refinements.set(object, refine)

/** All objects, each as its module refines it. */
export const refined = (objects: ObjectMeta[]): ObjectMeta[] =>
  objects.map((meta) => refinements.get(meta.object)?.(meta, objects) ?? meta)
