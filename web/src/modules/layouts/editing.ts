import { createContext, useContext } from 'react'
import type { Body } from '@/api/layouts'
import type { Field, ObjectMeta, PagePlace, RelatedList } from '@/metadata/types'

/** What all parts of the editor share. */
export interface Editing {
  meta: ObjectMeta
  place: PagePlace
  body: Body
  change: (step: (body: Body) => Body) => void
  /** Every field that may be placed, and every list that may be shown, by name. */
  fields: Map<string, Field>
  lists: Map<string, RelatedList>
  needed: Set<string>
  /** The section that a click in the palette adds to. */
  active: string | null
  setActive: (section: string) => void
  /** Said to screen readers; what was moved keeps the focus. */
  tell: (message: string, focus?: string) => void
}

export const EditingContext = createContext<Editing | null>(null)
export function useEditing(): Editing {
  const editing = useContext(EditingContext)
  if (!editing) throw new Error('no editor around this part')
  return editing
}
