import type { FilterNode, RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { EMPTY, type Group, parseFilter } from '@/records/filter/tree'

export const KINDS = ['validation', 'display', 'gate'] as const
export type Kind = (typeof KINDS)[number]
export const EFFECTS = ['show', 'hide', 'require', 'lock'] as const
export type Effect = (typeof EFFECTS)[number]
export type Effects = Partial<Record<Effect, string[]>> & { options?: Record<string, string[]> }
export interface State {
  field: string
  values: string[]
}
type Words = Partial<Record<'en' | 'zh-CN', string>>

export interface Rule extends RecordData {
  of_object: string
  kind: Kind
  active: boolean
  order: number
  only_on: 'create' | 'update' | null
  condition: FilterNode | null
  needs: FilterNode | null
  state: State | null
  effects: Effects | null
  field: string | null
  messages: Words | null
  names: Words | null
}

/** A rule as it is edited: trees as groups, words by language. */
export interface Draft {
  kind: Kind
  names: Words
  only_on: Rule['only_on']
  condition: Group
  needs: Group
  state: State | null
  effects: Effects
  field: string | null
  messages: Words
}

export const draftOf = (rule: Rule | null): Draft => ({
  kind: rule?.kind ?? 'validation',
  names: rule?.names ?? (rule ? { 'zh-CN': rule.name } : {}),
  only_on: rule?.only_on ?? null,
  condition: rule?.condition ? parseFilter(rule.condition) : EMPTY,
  needs: rule?.needs ? parseFilter(rule.needs) : EMPTY,
  state: rule?.state ?? null,
  effects: rule?.effects ?? {},
  field: rule?.field ?? null,
  messages: rule?.messages ?? {},
})

const filled = (words: Words): Words | null => {
  const kept = Object.entries(words).filter(([, word]) => word?.trim())
  return kept.length ? Object.fromEntries(kept) : null
}

const chosen = (effects: Effects, kind: Kind): Effects | null => {
  if (kind === 'validation') return null
  const known: Effect[] = kind === 'gate' ? ['require'] : [...EFFECTS]
  const kept: Effects = {}
  for (const effect of known) if (effects[effect]?.length) kept[effect] = effects[effect]
  const options = Object.entries(effects.options ?? {}).filter(([, keys]) => keys.length)
  if (kind === 'display' && options.length) kept.options = Object.fromEntries(options)
  return Object.keys(kept).length ? kept : null
}

/** What is sent: the parts that this kind has, the others emptied. */
export function bodyOf(
  draft: Draft,
  meta: ObjectMeta,
  condition: FilterNode | undefined,
  needs: FilterNode | undefined,
) {
  const { kind } = draft
  const names = filled(draft.names)
  const told = kind !== 'display'
  return {
    of_object: meta.object,
    kind,
    name: names?.['zh-CN'] ?? names?.en ?? '',
    names,
    only_on: draft.only_on,
    condition: condition ?? null,
    needs: (kind === 'gate' && needs) || null,
    state: (told && draft.state?.field && draft.state) || null,
    effects: chosen(draft.effects, kind),
    field: told ? draft.field : null,
    messages: told ? filled(draft.messages) : null,
  }
}
