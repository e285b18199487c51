import type { FilterNode } from '@/api/types'
import { meetsCondition, type Truth } from '@/fields/meets'
import { fieldOf } from '@/metadata/hooks'
import type { DisplayRule, Field, ObjectMeta } from '@/metadata/types'

type Values = Record<string, unknown>

const all = (found: Truth[]): Truth =>
  found.includes(false) ? false : found.includes(undefined) ? undefined : true
const not = (found: Truth): Truth => (found === undefined ? undefined : !found)

/** Tells whether values meet a filter tree; undefined where only the server can tell. */
export function meets(meta: ObjectMeta, node: FilterNode, values: Values): Truth {
  if ('all' in node) return all(node.all.map((one) => meets(meta, one, values)))
  if ('any' in node) return not(all(node.any.map((one) => not(meets(meta, one, values)))))
  if ('not' in node) return not(meets(meta, node.not, values))
  if (!('field' in node)) return undefined
  const field = fieldOf(meta, node.field)
  return field && meetsCondition(field, node, values[node.field])
}

/** Whether a rule acts on values, as far as the browser can tell. */
export const acts = (meta: ObjectMeta, rule: DisplayRule, values: Values): Truth =>
  rule.asked ? undefined : rule.condition ? meets(meta, rule.condition, values) : true

/** Whether a row of a list holds all that a tree looks at. */
export function knows(node: FilterNode, values: Values): boolean {
  if ('all' in node) return node.all.every((one) => knows(one, values))
  if ('any' in node) return node.any.every((one) => knows(one, values))
  if ('not' in node) return knows(node.not, values)
  return 'field' in node && node.field in values
}

export interface Acting {
  /** The rules that act, by id. */
  acting: ReadonlySet<string>
  /** Those that make fields read-only: they acted before the change as well. */
  locking: ReadonlySet<string>
}

function hiddenKeys(rules: DisplayRule[], { acting }: Acting): Set<string> {
  const shown = new Map<string, boolean>()
  const hidden = new Set<string>()
  for (const { id, effects } of rules) {
    if (acting.has(id)) for (const key of effects.hide) hidden.add(key)
    for (const key of effects.show) shown.set(key, (shown.get(key) ?? false) || acting.has(id))
  }
  for (const [key, seen] of shown) if (!seen) hidden.add(key)
  return hidden
}

const narrowed = (field: Field, allowed: Set<string>[], value: unknown): Field => {
  const held = Array.isArray(value) ? value : [value]
  const kept = field.options?.filter(
    ({ key }) => held.includes(key) || allowed.every((one) => one.has(key)),
  )
  return { ...field, options: kept }
}

/**
 * The object as its rules let a form show it: without what is hidden, with what is required,
 * read-only, and what options are left. Hidden fields keep their values.
 */
export function ruled(meta: ObjectMeta, rules: DisplayRule[], found: Acting, values: Values) {
  const on = rules.filter(({ id }) => found.acting.has(id))
  const hidden = hiddenKeys(rules, found)
  const required = new Set(on.flatMap(({ effects }) => effects.require))
  const locks = rules.filter(({ id }) => found.locking.has(id))
  const locked = new Set(locks.flatMap(({ effects }) => effects.lock))
  const options = on.map(({ effects }) => effects.options)
  const fields = meta.fields
    .filter(({ key }) => !hidden.has(key))
    .map((field) => {
      const allowed = options.flatMap((one) => (one[field.key] ? [new Set(one[field.key])] : []))
      const here = allowed.length ? narrowed(field, allowed, values[field.key]) : field
      const wanted = required.has(field.key) && !field.required
      const fixed = locked.has(field.key) && field.editable
      if (!wanted && !fixed) return here
      return { ...here, ...(wanted && { required: true }), ...(fixed && { editable: false }) }
    })
  return { ...meta, fields }
}
