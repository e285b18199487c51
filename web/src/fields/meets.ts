import type { Condition } from '@/api/types'
import type { Field, FieldType } from '@/metadata/types'
import { isEmpty } from './types'

/** What a condition says of a value: undefined where only the server can tell. */
export type Truth = boolean | undefined

type Compare = (value: unknown, operand: unknown) => Truth
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const DAY = /^\d{4}-\d{2}-\d{2}$/

const idOf = (value: unknown) =>
  value && typeof value === 'object' && 'id' in value ? value.id : value
const asText = (value: unknown) => (typeof value === 'string' ? value.trim().normalize() : value)
const asMail = (value: unknown) => String(asText(value)).toLowerCase()
const same =
  (read: (value: unknown) => unknown): Compare =>
  (value, operand) =>
    read(value) === read(operand)

/** How values of a type are told alike; a type that is missing here is the server's to judge. */
const ALIKE: Partial<Record<FieldType, Compare>> = {
  text: same(asText),
  long_text: same(asText),
  email: same(asMail),
  choice: same(asText),
  currency: same(asText),
  boolean: same((value) => value),
  integer: same(Number),
  rating: same(Number),
  decimal: same(Number),
  percent: same(Number),
  date: same(asText),
  // a word ("me") or a key of the target means an id that the browser does not know
  link: (value, operand) => (ID.test(String(operand)) ? idOf(value) === operand : undefined),
  user: (value, operand) => (ID.test(String(operand)) ? idOf(value) === operand : undefined),
}

/** Which type's values stand in an order, and what that is; null for what stands in none. */
const ORDER: Partial<Record<FieldType, (value: unknown) => number | string | null>> = {
  integer: (value) => numberOf(value),
  rating: (value) => numberOf(value),
  decimal: (value) => numberOf(value),
  percent: (value) => numberOf(value),
  date: (value) => (typeof value === 'string' && DAY.test(value) ? value : null),
}
function numberOf(value: unknown): number | null {
  const found = Number(value)
  return Number.isFinite(found) ? found : null
}

const WORDS = new Set<FieldType>(['text', 'long_text', 'email'])
const LISTS = new Set<FieldType>(['multi_choice', 'tags'])
const COMPUTED = new Set<FieldType>(['formula', 'roll_up', 'auto_number'])

const any = (found: Truth[]): Truth =>
  found.includes(true) ? true : found.includes(undefined) ? undefined : false

function ordered(type: FieldType, op: string, value: unknown, operand: unknown): Truth {
  const read = ORDER[type]
  if (!read) return undefined
  const [low, high] = Array.isArray(operand) ? operand : [operand, operand]
  const [mine, from, to] = [read(value), read(low), read(high)]
  if (mine === null || from === null || to === null) return undefined
  if (op === '<') return mine < from
  if (op === '<=') return mine <= from
  if (op === '>') return mine > from
  if (op === '>=') return mine >= from
  return op === 'between' ? mine >= from && mine <= to : undefined
}

function listed(op: string, value: unknown, operand: unknown): Truth {
  if (!Array.isArray(operand)) return undefined
  const held = Array.isArray(value) ? value : []
  const found = operand.map((one) => held.includes(one))
  if (op === 'has_any') return found.some(Boolean)
  if (op === 'has_all') return found.every(Boolean)
  return op === 'has_none' ? !found.some(Boolean) : undefined
}

/** Tells whether a value as a form holds it meets a condition, as the server would. */
export function meetsCondition(field: Field, { op, value: operand }: Condition, value: unknown) {
  if (field.masked || COMPUTED.has(field.type)) return undefined
  const empty = isEmpty(value)
  if (op === 'empty' || op === 'not_empty') return empty === (op === 'empty')
  if (LISTS.has(field.type)) return listed(op, value, operand)
  const alike = ALIKE[field.type]
  if (!alike) return undefined
  // nothing is like, before or within nothing
  if (empty) return op === 'is_not'
  if (op === 'is') return alike(value, operand)
  if (op === 'is_not') {
    const found = alike(value, operand)
    return found === undefined ? undefined : !found
  }
  if (op === 'in') {
    return Array.isArray(operand) ? any(operand.map((one) => alike(value, one))) : undefined
  }
  if (WORDS.has(field.type)) {
    const [text, part] = [
      String(asText(value)).toLowerCase(),
      String(asText(operand)).toLowerCase(),
    ]
    if (op === 'contains') return text.includes(part)
    return op === 'starts_with' ? text.startsWith(part) : undefined
  }
  return ordered(field.type, op, value, operand)
}
