import { type ComponentType, Suspense } from 'react'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'

/**
 * Places on the generic pages that a module may fill for one of its objects. Modules register in
 * `modules/index.ts`; the pages know no object by name.
 */
export interface SlotProps {
  record: { meta: ObjectMeta; record: RecordData }
  list: { meta: ObjectMeta }
}
export interface Slots {
  /** Under the record's head. */
  record_banner: 'record'
  /** First in the facts column. */
  record_facts: 'record'
  /** Beside the list's title. */
  list_head: 'list'
}
type Filler<S extends keyof Slots> = ComponentType<SlotProps[Slots[S]]>

const fillers = new Map<string, ComponentType<never>[]>()

export function fillSlot<S extends keyof Slots>(object: string, slot: S, filler: Filler<S>) {
  const key = `${object}.${slot}`
  fillers.set(key, [...(fillers.get(key) ?? []), filler as ComponentType<never>])
}

/** Draws what modules put into this place for this object; nothing when nobody did. */
export function Slot<S extends keyof Slots>({
  name,
  props,
}: {
  name: S
  props: SlotProps[Slots[S]]
}) {
  const found = (fillers.get(`${props.meta.object}.${name}`) ?? []) as Filler<S>[]
  return (
    <Suspense>
      {found.map((Filler, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: registered once, the order never changes
        <Filler key={index} {...props} />
      ))}
    </Suspense>
  )
}
