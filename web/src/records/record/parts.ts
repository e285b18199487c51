import type { ComponentType } from 'react'
import type { TimelineEntry } from '@/api/timeline'
import type { RecordData } from '@/api/types'
import type { Action, ObjectMeta } from '@/metadata/types'
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

/** The form of an action whose parameters ask for more than fields. */
export interface ActionFormProps extends PartProps {
  action: Action
  /** Ends the dialog with what the server answered. */
  done: (answer: Record<string, unknown>) => void
  cancel: () => void
}
const forms = new Map<string, ComponentType<ActionFormProps>>()
export const setActionForm = (
  object: string,
  action: string,
  form: ComponentType<ActionFormProps>,
) => void forms.set(`${object}.${action}`, form)
export const actionForm = (object: string, action: string) => forms.get(`${object}.${action}`)

/** A tab of one object's pages, before the timeline: what the record is mainly about. */
export interface Panel {
  key: string
  /** Its name, in the reader's language when it is drawn. */
  label: () => string
  Component: ComponentType<PartProps>
  /** Whether it says anything to this reader; without it, to everybody. */
  shows?: (meta: ObjectMeta) => boolean
}

const panels = new Map<string, Panel[]>()
const tabs = new Map<string, ComponentType<PartProps>>()
const entries = new Map<string, EntryPart>()
let composer: Composer | null = null

export const setPanel = (object: string, panel: Panel) =>
  void panels.set(object, [...(panels.get(object) ?? []), panel])
export const panelsOf = (object: string) => panels.get(object) ?? []
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
