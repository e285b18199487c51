import type { Field, LayoutPage, PagePlace, RelatedList } from '@/metadata/types'
import type { Words } from './admin'
import { post } from './client'
import type { Locale } from './types'

/** A layout as it is stored: see the server's `arranging/body.py`. */
export interface BodySection {
  key: string
  labels: Words
  collapsed: boolean
  columns: string[][]
}
export interface BodyTab {
  key: string
  labels: Words
  aside: boolean
  sections: BodySection[]
}
export interface BodyList {
  object: string
  field: string
  columns: string[]
  hidden: boolean
  tab: string | null
}
export interface Body {
  tabs: BodyTab[]
  related: BodyList[]
  others: boolean
}

export interface SeenLayout {
  body: Body
  page: LayoutPage
  fields: Field[]
  /** All lists that a page may show. */
  lists: RelatedList[]
  /** What a form must ask for. */
  needed: string[]
}

interface Asked {
  place: PagePlace
  /** Null: the layout as shipped. */
  body: Body | null
  role?: string | null
  locale?: Locale | null
  /** Leaves out what went since the body was saved, instead of refusing it. */
  lenient?: boolean
}

/** What a role sees of a layout that is being made; nothing is written. */
export const previewLayout = (object: string, asked: Asked) =>
  post<SeenLayout>(`/objects/${object}/preview_layout`, asked)
