import type { Link } from '@/api/types'
import { findObject } from '@/metadata/hooks'
import { refineObject } from '@/metadata/refine'
import type { Field, Option } from '@/metadata/types'

// What a stage asks for and where one may go from it is chosen and read by name: the server keeps
// the keys of fields and the ids of stages.
refineObject('stage', (meta, all, records) => {
  const stages = records.get('stage') ?? []
  const several = new Set(stages.map(({ pipeline }) => (pipeline as Link | null)?.id)).size > 1
  const moves = stages
    .toSorted((a, b) => Number(a.order) - Number(b.order))
    .map(({ id, name, pipeline }): Option => {
      const whose = (pipeline as Link | null)?.name
      return { key: id, label: several && whose ? `${name} · ${whose}` : name }
    })
  const fields = (findObject(all, 'opportunity')?.fields ?? [])
    .filter(({ read_only, system }) => !read_only && !system)
    .map(({ key, label }): Option => ({ key, label }))
  const choices: Record<string, Option[]> = { allowed_moves: moves, required_fields: fields }
  const named = (field: Field): Field => {
    const options = choices[field.key]
    return options?.length ? { ...field, type: 'multi_choice', options } : field
  }
  return { ...meta, fields: meta.fields.map(named) }
})
