import { useTranslation } from 'react-i18next'
import type { Condition } from '@/api/types'
import type { Field } from '@/metadata/types'
import { isUnary } from './Field'
import { kindOf } from './registry'
import { isEmpty } from './types'

const NAMED = [
  'is',
  'is_not',
  'in',
  'contains',
  'starts_with',
  '<',
  '<=',
  '>',
  '>=',
  'between',
  'in_period',
  'has_any',
  'has_all',
  'has_none',
  'under',
  'within',
  'team',
  'empty',
  'not_empty',
] as const
const DATED = new Set(['date', 'datetime'])
const DATE_NAMED = ['is', '<', '<=', '>', '>=', 'between'] as const

/** Operators in words; dates are "before" where numbers are "less than". */
export function useOperatorName() {
  const { t } = useTranslation()
  return (field: Field, op: string): string => {
    const dated = DATED.has(field.result_type ?? field.type)
    const dateName = dated ? DATE_NAMED.find((name) => name === op) : undefined
    if (dateName) return t(`fields.dateOps.${dateName}`)
    const name = NAMED.find((one) => one === op)
    return name ? t(`fields.ops.${name}`) : op
  }
}

/** Operators this app can edit, in the order the server names them. */
export const operatorsOf = (field: Field) =>
  (field.operators ?? []).filter((op) => NAMED.some((name) => name === op))

export function startCondition(field: Field): Condition {
  const { startOp } = kindOf(field)
  const ops = operatorsOf(field)
  const op = ops.includes(startOp) ? startOp : (ops[0] ?? startOp)
  return { field: field.key, op }
}

/** A condition that says something: unary, or with all of its values. */
export function isComplete({ op, value }: Condition): boolean {
  if (isUnary(op)) return true
  if (Array.isArray(value) && op === 'between') return value.length === 2 && !value.some(isEmpty)
  if (op === 'within') return Object.values(value ?? {}).filter((one) => !isEmpty(one)).length === 3
  return !isEmpty(value)
}
