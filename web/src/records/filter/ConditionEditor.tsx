import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Condition } from '@/api/types'
import { FieldFilter, isUnary } from '@/fields/Field'
import { operatorsOf, useOperatorName } from '@/fields/operators'
import type { Field } from '@/metadata/types'

interface Props {
  field: Field
  condition: Condition
  onChange: (condition: Condition) => void
}

const LISTS = new Set(['in', 'has_any', 'has_all', 'has_none', 'between'])
/** A value that the new operator can still use, or nothing. */
function carried(before: Condition, op: string): unknown {
  if (isUnary(op) || isUnary(before.op)) return undefined
  const between = (one: string) => one === 'between' || one === 'in_period'
  if (between(op) || between(before.op)) return undefined
  const { value } = before
  if (LISTS.has(op)) return Array.isArray(value) || value === undefined ? value : [value]
  return Array.isArray(value) ? value[0] : value
}

/** The operator and the value of one condition; each change is at once what the list shows. */
export function ConditionEditor({ field, condition, onChange }: Props) {
  const { t } = useTranslation()
  const operatorName = useOperatorName()
  const ops = operatorsOf(field)
  // `is` and `in` read alike; with one value they mean the same.
  const offered = ops.includes('in') ? ops.filter((op) => op !== 'is') : ops
  const all = offered.includes(condition.op) ? offered : [condition.op, ...offered]
  return (
    <>
      <Select
        aria-label={t('fields.operator')}
        data={all.map((op) => ({ value: op, label: operatorName(field, op) }))}
        value={condition.op}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        onChange={(op) => {
          if (op) onChange({ field: condition.field, op, value: carried(condition, op) })
        }}
        mb={isUnary(condition.op) ? 0 : 6}
      />
      <FieldFilter field={field} condition={condition} onChange={onChange} />
    </>
  )
}
