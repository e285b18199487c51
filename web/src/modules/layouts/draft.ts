import type { Body } from '@/api/layouts'
import type { RecordData } from '@/api/types'
import { findObject } from '@/metadata/hooks'
import type { Field, ObjectMeta, PagePlace } from '@/metadata/types'

export const LAYOUTS = 'page_layout'
export const PLACES: PagePlace[] = ['record', 'form', 'panel']

export interface RecordType {
  field: string
  values: string[]
}
/** All of a layout that its editor changes. */
export interface Draft {
  name: string
  active: boolean
  roles: string[]
  record_type: RecordType | null
  body: Body
}

export const draftOf = (record: RecordData, body: Body): Draft => ({
  name: record.name,
  active: record.active === true,
  roles: (record.roles as string[] | null) ?? [],
  record_type: (record.record_type as RecordType | null) ?? null,
  body,
})

/** Fields by which records can be told apart: a choice, or a link to one record. */
export const tellingFields = (meta: ObjectMeta, objects: ObjectMeta[]): Field[] =>
  meta.fields.filter(
    (field) =>
      field.group_by &&
      !field.masked &&
      !field.system &&
      (field.options?.length || findObject(objects, field.target)),
  )
