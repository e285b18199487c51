import { Skeleton } from '@mantine/core'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { IconLock } from '@/ui/icons'
import { kindOf } from './registry'
import {
  type ChipProps,
  type DisplayProps,
  type FilterProps,
  type InputProps,
  isEmpty,
} from './types'

/** What the rest of the app uses: each picks the field's own component from the registry. */

function Masked({ value }: { value: unknown }) {
  const { t } = useTranslation()
  return (
    <span className="person" title={t('common.masked')}>
      <IconLock size={13} aria-label={t('common.masked')} />
      {typeof value === 'string' ? value : '•••'}
    </span>
  )
}

/** A value on a page; a dash when there is none. */
export function FieldDisplay(props: DisplayProps) {
  if (isEmpty(props.value)) return <span className="dim3">—</span>
  if (props.field.masked) return <Masked value={props.value} />
  const { Display } = kindOf(props.field)
  return <Display {...props} />
}

/** A value in one line of a table or card; nothing when there is none. */
export function FieldCell(props: DisplayProps) {
  if (isEmpty(props.value)) return null
  if (props.field.masked) return <Masked value={props.value} />
  const { Cell } = kindOf(props.field)
  return <Cell {...props} />
}

export function FieldInput(props: InputProps) {
  const { Input } = kindOf(props.field)
  return (
    <Suspense fallback={<Skeleton height={30} />}>
      <Input {...props} />
    </Suspense>
  )
}

const UNARY = new Set(['empty', 'not_empty'])
/** Whether an operator stands alone, without a value. */
export const isUnary = (op: string) => UNARY.has(op)

export function FieldFilter(props: FilterProps) {
  if (isUnary(props.condition.op)) return null
  const { Filter } = kindOf(props.field)
  return (
    <Suspense fallback={<Skeleton height={30} />}>
      <Filter {...props} />
    </Suspense>
  )
}

export function FieldChip(props: ChipProps) {
  if (isUnary(props.condition.op)) return null
  const { Chip } = kindOf(props.field)
  return <Chip {...props} />
}
