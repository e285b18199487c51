import type { Field, LayoutPage, PagePlace, RelatedList } from '@/metadata/types'
import type { Body } from '@/modules/layouts/body'
import { post } from './client'
import type { Locale } from './types'

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
