import type { ComponentType } from 'react'
import type { TimelineEntry } from '@/api/timeline'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import type { Icon } from '@/ui/icons'

/** What modules add to every record page: tabs, timeline entries, a composer above the timeline. */
export interface PartProps {
  meta: ObjectMeta
  record: RecordData
}
export interface EntryProps {
  entry: TimelineEntry & { record: RecordData }
}
interface EntryPart {
  Component: ComponentType<EntryProps>
  sign: (record: RecordData) => { icon: Icon; colour: string }
}
interface Composer {
  Component: ComponentType<PartProps>
  /** Whether the reader may write here at all. */
  shows: (objects: ObjectMeta[], meta: ObjectMeta) => boolean
}

const tabs = new Map<string, ComponentType<PartProps>>()
const entries = new Map<string, EntryPart>()
let composer: Composer | null = null

/** Draws the tab of this key that layouts name. */
export const setTab = (key: string, tab: ComponentType<PartProps>) => void tabs.set(key, tab)
export const tabOf = (key: string) => tabs.get(key)
/** Draws timeline entries that are records of this object. */
export const setEntry = (object: string, part: EntryPart) => void entries.set(object, part)
export const entryOf = (object: string) => entries.get(object)
export const setComposer = (part: Composer) => {
  composer = part
}
export const theComposer = () => composer
