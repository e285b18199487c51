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

/**
 * The fields of these keys that are shown of a record, in that order: page, form and panel all ask
 * here. What the reader may not read is not among an object's fields.
 */
export function shownFields(meta: ObjectMeta, keys: string[], _values: Values): Field[] {
  return fieldsOf(meta, keys)
}

export interface ShownSection extends Omit<PageSection, 'columns'> {
  columns: Field[][]
}

/** Sections with the fields that are shown; those that nothing is left of are gone. */
export const shownSections = (
  meta: ObjectMeta,
  sections: PageSection[],
  values: Values,
): ShownSection[] =>
  sections
    .map((section) => ({
      ...section,
      columns: section.columns.map((keys) => shownFields(meta, keys, values)),
    }))
    .filter(({ columns }) => columns.some((fields) => fields.length > 0))

/** The keys of all fields that stand somewhere on a page. */
export const placedKeys = (page: LayoutPage) =>
  new Set(page.tabs.flatMap((tab) => tab.sections.flatMap((section) => section.columns.flat())))
