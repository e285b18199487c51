import { useState } from 'react'
import type { Link, RecordData } from '@/api/types'
import { isEmpty } from '@/fields/types'
import { fieldOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { writeForm } from '@/records/save/useSaveField'

type Values = Record<string, unknown>
export const PARTS = ['account', 'contact', 'opportunity'] as const
export type PartKey = (typeof PARTS)[number]
export type Mode = 'create' | 'use' | 'none'

/** What is chosen for one of the three, in the form of its record. */
export interface Part {
  key: PartKey
  meta: ObjectMeta
  mode: Mode
  start: Values
  values: Values
  chosen: Link | null
}

/** Keys with another meaning at the successor; the server keeps the same list. */
const OWN = new Set(['name', 'owner', 'department', 'status', ...PARTS, 'description'])

const nameFor = (key: PartKey, lead: RecordData) => {
  if (key === 'contact') return lead.name
  const company = typeof lead.company === 'string' ? lead.company : null
  return key === 'account' ? company : (company ?? lead.name)
}

/** What a lead hands on to a record of this object: fields of the same key and type. */
export function carried(key: PartKey, lead: RecordData, from: ObjectMeta, to: ObjectMeta): Values {
  const fits = (field: Field) => {
    const there = fieldOf(to, field.key)
    return there?.editable && there.type === field.type && !field.masked && !OWN.has(field.key)
  }
  const same = from.fields.filter((field) => fits(field) && !isEmpty(lead[field.key]))
  const values = Object.fromEntries(same.map((field) => [field.key, lead[field.key]]))
  const name = nameFor(key, lead)
  return name ? { name, ...values } : values
}

function partOf(key: PartKey, lead: RecordData, from: ObjectMeta, meta: ObjectMeta): Part {
  const start = carried(key, lead, from, meta)
  const mode: Mode = meta.rights.create && start.name ? 'create' : 'none'
  return { key, meta, mode, start, values: start, chosen: null }
}

/** Only what was changed is said: the rest the server carries over by itself. */
function choiceOf(part: Part): unknown {
  if (part.mode === 'none') return null
  if (part.mode === 'use') return part.chosen && { id: part.chosen.id }
  const keys = Object.keys(part.values).filter((key) => part.values[key] !== part.start[key])
  const changed = Object.fromEntries(keys.map((key) => [key, part.values[key]]))
  return { create: writeForm(part.meta, changed) }
}

/** The three parts of a conversion as they are filled in. */
export function useConvert(lead: RecordData, from: ObjectMeta, targets: ObjectMeta[]) {
  const [parts, setParts] = useState(() =>
    PARTS.flatMap((key) => {
      const meta = targets.find(({ object }) => object === key)
      return meta ? [partOf(key, lead, from, meta)] : []
    }),
  )
  const change = (key: PartKey, next: Partial<Part>) =>
    setParts((all) => all.map((part) => (part.key === key ? { ...part, ...next } : part)))
  const params = () => Object.fromEntries(parts.map((part) => [part.key, choiceOf(part)]))
  const some = parts.some((part) => choiceOf(part) !== null)
  return { parts, change, params, some }
}
