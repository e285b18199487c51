import { fieldsOf } from '@/metadata/hooks'
import type { Field, LayoutPage, ObjectMeta, PagePlace, PageSection } from '@/metadata/types'

type Values = Record<string, unknown>

/** What a value is told by: a link by the id of its record. */
const told = (value: unknown) =>
  value && typeof value === 'object' && 'id' in value ? value.id : value

/** The layout of a record at a place: the first that is meant for its type. The last is for all. */
export function pageOf(meta: ObjectMeta, place: PagePlace, values: Values): LayoutPage {
  const pages = meta.layout.pages[place]
  const fits = ({ when }: LayoutPage) =>
    !when || when.values.includes(String(told(values[when.field])))
  return pages.find(fits) ?? pages[pages.length - 1]!
}

export interface ShownSection extends Omit<PageSection, 'columns'> {
  columns: Field[][]
}

/**
 * Sections with the fields that are shown; those that nothing is left of are gone. What the reader
 * may not read, and what rules hide (useRuled), is not among an object's fields.
 */
export const shownSections = (meta: ObjectMeta, sections: PageSection[]): ShownSection[] =>
  sections
    .map((section) => ({
      ...section,
      columns: section.columns.map((keys) => fieldsOf(meta, keys)),
    }))
    .filter(({ columns }) => columns.some((fields) => fields.length > 0))

/** The keys of all fields that stand somewhere on a page. */
export const placedKeys = (page: LayoutPage) =>
  new Set(page.tabs.flatMap((tab) => tab.sections.flatMap((section) => section.columns.flat())))
