import { NumberInput, TagsInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Money } from '@/api/types'
import { IconCoin, IconHash, IconPercentage } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { control } from './control'
import { useCurrencyPicker } from './currencyPicker'
import {
  type ChipProps,
  type DisplayProps,
  defineKind,
  type FilterProps,
  type InputProps,
  isEmpty,
} from './types'

type Numeric = number | string
const bound = (limit: string | number | null | undefined) =>
  limit === null || limit === undefined ? undefined : Number(limit)
const bare = (pasted: string) => pasted.replace(/[^\d.+-]/g, '')
const readable = (pasted: string) => (/\d/.test(pasted) ? bare(pasted) : undefined)

function NumberCell({ value }: DisplayProps<Numeric>) {
  return <span className="num">{useFormat().number(value)}</span>
}
function PercentCell({ value }: DisplayProps<Numeric>) {
  return <span className="num">{useFormat().number(value)}%</span>
}
function MoneyCell({ value, short }: DisplayProps<Money>) {
  const format = useFormat()
  const full = format.money(value)
  return (
    <span className="num" title={short ? full : undefined}>
      {short ? format.money(value, true) : full}
    </span>
  )
}

interface BaseProps extends Omit<InputProps<Numeric>, 'field'> {
  field: InputProps['field']
  prefix?: string
  suffix?: string
  /** What stands behind the number in place of the arrows. */
  beside?: ReactNode
  decimals: number
  /** Numbers go over the wire as JSON numbers (integers) or as strings (decimals). */
  emit: (value: Numeric | null) => void
}
function BaseNumber({ prefix, suffix, beside, decimals, emit, ...props }: BaseProps) {
  return (
    <NumberInput
      {...control(props)}
      value={props.value ?? ''}
      thousandSeparator=","
      decimalScale={decimals}
      min={bound(props.field.min)}
      max={bound(props.field.max)}
      clampBehavior="none"
      inputMode={decimals ? 'decimal' : 'numeric'}
      prefix={prefix}
      suffix={suffix}
      {...(beside ? { rightSection: beside, rightSectionWidth: 68 } : {})}
      onChange={(value) => emit(value === '' ? null : value)}
      styles={props.inline ? { input: { textAlign: 'end' } } : undefined}
    />
  )
}
const IntegerField = (props: InputProps<Numeric>) => (
  <BaseNumber
    {...props}
    decimals={0}
    emit={(value) => props.onChange(value === null ? null : Number(value))}
  />
)
const asText = (value: Numeric | null) => (value === null ? null : String(value))
const DecimalField = (props: InputProps<Numeric>) => (
  <BaseNumber
    {...props}
    decimals={props.field.scale ?? 6}
    emit={(value) => props.onChange(asText(value))}
  />
)
const PercentField = (props: InputProps<Numeric>) => (
  <BaseNumber
    {...props}
    suffix="%"
    decimals={props.field.scale ?? 2}
    emit={(value) => props.onChange(asText(value))}
  />
)

function symbolOf(locale: string, currency: string) {
  const parts = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0)
  return parts.find((part) => part.type === 'currency')?.value ?? currency
}
function MoneyField({ value, onChange, ...props }: InputProps<Money>) {
  const format = useFormat()
  const [chosen, choose] = useState<string>()
  const currency = value?.currency ?? chosen ?? format.currency
  const beside = useCurrencyPicker({
    value: currency,
    onChange: (code) => {
      choose(code)
      if (value) onChange({ ...value, currency: code })
    },
  })
  return (
    <BaseNumber
      {...props}
      onCommit={undefined}
      onChange={() => undefined}
      value={value?.amount ?? null}
      beside={beside}
      decimals={4}
      prefix={`${symbolOf(format.locale, currency)} `}
      emit={(amount) => onChange(amount === null ? null : { amount: String(amount), currency })}
    />
  )
}

function NumberFilter({ field, condition, onChange }: FilterProps) {
  const { t } = useTranslation()
  const set = (value: unknown) => onChange({ ...condition, value })
  if (condition.op === 'in') {
    const values = ((condition.value as Numeric[]) ?? []).map(String)
    return (
      <TagsInput
        aria-label={t('fields.value')}
        value={values}
        onChange={(next) => set(next.map(bare).filter(Boolean).map(typed(field.type)))}
      />
    )
  }
  const one = (label: string, value: unknown, put: (value: Numeric) => void) => (
    <NumberInput
      aria-label={label}
      placeholder={label}
      value={(value as Numeric) ?? ''}
      thousandSeparator=","
      data-autofocus
      onChange={(next) => put(next === '' ? '' : typed(field.type)(String(next)))}
    />
  )
  if (condition.op === 'between') {
    const [from, to] = (condition.value as [Numeric, Numeric]) ?? []
    return (
      <div className="row">
        {one(t('fields.from'), from, (value) => set([value, to ?? '']))}
        {one(t('fields.to'), to, (value) => set([from ?? '', value]))}
      </div>
    )
  }
  return one(t('fields.value'), condition.value, set)
}
/** Integers are JSON numbers, all exact decimals JSON strings. */
const typed = (type: string) => (value: string) => (type === 'integer' ? Number(value) : value)

function chipOf(write: (value: Numeric) => string) {
  return ({ condition: { value, op } }: ChipProps) => {
    if (isEmpty(value)) return <>…</>
    if (!Array.isArray(value)) return <>{write(value as Numeric)}</>
    const shown = value.map((item) => (isEmpty(item) ? '…' : write(item)))
    return <>{shown.join(op === 'between' ? ' – ' : ', ')}</>
  }
}
const NumberChip = ({ ...props }: ChipProps) => {
  const format = useFormat()
  return chipOf((value) => format.number(value))(props)
}
const PercentChip = (props: ChipProps) => {
  const format = useFormat()
  return chipOf((value) => `${format.number(value)}%`)(props)
}
const MoneyChip = (props: ChipProps) => {
  const format = useFormat()
  return chipOf((value) => format.amount(value, true))(props)
}

const shared = { align: 'end' as const, Filter: NumberFilter, startOp: '>=' }

export const integer = defineKind<Numeric>({
  ...shared,
  icon: IconHash,
  width: 110,
  Display: NumberCell,
  Cell: NumberCell,
  Input: IntegerField,
  Chip: NumberChip,
  toText: String,
  fromText: (pasted) => (readable(pasted) === undefined ? undefined : Number(readable(pasted))),
})
export const decimal = defineKind<Numeric>({
  ...shared,
  icon: IconHash,
  width: 120,
  Display: NumberCell,
  Cell: NumberCell,
  Input: DecimalField,
  Chip: NumberChip,
  toText: String,
  fromText: readable,
})
export const percent = defineKind<Numeric>({
  ...shared,
  icon: IconPercentage,
  width: 96,
  Display: PercentCell,
  Cell: PercentCell,
  Input: PercentField,
  Chip: PercentChip,
  toText: (value) => `${value}%`,
  fromText: readable,
})
export const money = defineKind<Money>({
  ...shared,
  icon: IconCoin,
  width: 140,
  Display: MoneyCell,
  Cell: MoneyCell,
  Input: MoneyField,
  Chip: MoneyChip,
  toText: (value) => value.amount,
  fromText: (pasted, _field, format) => {
    const amount = readable(pasted)
    return amount === undefined ? undefined : { amount, currency: format.currency }
  },
})
