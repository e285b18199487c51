import { findObject } from '@/metadata/hooks'
import { refineObject } from '@/metadata/refine'
import type { Field, ObjectMeta } from '@/metadata/types'

// Which shipped fields of a lead a form may ask strangers for; the server refuses all others.
const ASKED = new Set(
  'name company title email phone website industry credit_code description'.split(' '),
)

const options = (lead: ObjectMeta | undefined) =>
  (lead?.fields ?? [])
    .filter(({ key, custom, read_only, unique }) =>
      custom ? !read_only && !unique : ASKED.has(key),
    )
    .map(({ key, label }) => ({ key, label, color: null }))

// What a form asks is chosen and read by its label, not by its key.
refineObject('lead_form', (meta, all) => {
  const choices = options(findObject(all, 'lead'))
  if (!choices.length) return meta
  const named = (column: Field): Field =>
    column.key === 'field' ? { ...column, type: 'choice', options: choices } : column
  const asking = (field: Field): Field =>
    field.key === 'questions' ? { ...field, columns: field.columns?.map(named) } : field
  return { ...meta, fields: meta.fields.map(asking) }
})
