import { Fieldset, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Address } from '@/api/types'
import { IconMapPin } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { TextChip, TextFilter } from './text'
import {
  type ChipProps,
  type DisplayProps,
  defineKind,
  type FilterProps,
  type InputProps,
} from './types'

const PARTS = ['country', 'region', 'city', 'district', 'street', 'postcode'] as const
type Part = (typeof PARTS)[number]

/** A country's code in words; whatever else was written there as it is. */
function countryOf(written: string | null | undefined, locale: string) {
  if (!written || !/^[A-Z]{2}$/.test(written)) return written
  return new Intl.DisplayNames(locale, { type: 'region' }).of(written)
}

/** Chinese addresses run from large to small, others from the street up. */
function lineOf(given: Address, locale: string): string {
  const value = { ...given, country: countryOf(given.country, locale) }
  const chinese = PARTS.some((part) => /[\u4e00-\u9fa5]/.test(given[part] ?? ''))
  // Han characters stand close, other words apart: 中国上海, China 上海.
  if (chinese) {
    const parts = PARTS.flatMap((part) => value[part] || [])
    const apart = (line: string, part: string) => /\w$/.test(line) || /^\w/.test(part)
    return parts.reduce((line, part) => line + (apart(line, part) ? ' ' : '') + part)
  }
  const order: Part[] = ['street', 'district', 'city', 'region', 'postcode', 'country']
  return order.flatMap((part) => value[part] || []).join(', ')
}

function AddressCell({ value }: DisplayProps<Address>) {
  const { locale } = useFormat()
  return <span className="trunc">{lineOf(value, locale)}</span>
}

function AddressField({ field, value, onChange, error, autoFocus, inline }: InputProps<Address>) {
  const { t } = useTranslation()
  return (
    <Fieldset legend={inline ? undefined : field.label} p={inline ? 8 : 'sm'} radius={8}>
      {PARTS.map((part, index) => (
        <TextInput
          key={part}
          label={t(`fields.${part}`)}
          value={value?.[part] ?? ''}
          autoFocus={autoFocus && index === 0}
          error={index === 0 ? error : undefined}
          onChange={(event) => {
            const next = { ...value, [part]: event.currentTarget.value || null }
            onChange(PARTS.some((key) => next[key]) ? next : null)
          }}
        />
      ))}
    </Fieldset>
  )
}

/** A condition on an address is one on a part of it: `address.city`. */
function AddressFilter(props: FilterProps) {
  const { t } = useTranslation()
  const { field, condition, onChange } = props
  const part = condition.field.split('.')[1] ?? 'city'
  return (
    <>
      <Select
        aria-label={field.label}
        data={PARTS.map((key) => ({ value: key, label: t(`fields.${key}`) }))}
        value={part}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        onChange={(next) => onChange({ ...condition, field: `${field.key}.${next}` })}
        mb={6}
      />
      <TextFilter
        {...props}
        onChange={(next) => onChange({ ...next, field: `${field.key}.${part}` })}
      />
    </>
  )
}

function AddressChip(props: ChipProps) {
  return <TextChip {...props} />
}

export const address = defineKind<Address>({
  icon: IconMapPin,
  width: 220,
  parts: PARTS,
  Display: AddressCell,
  Cell: AddressCell,
  Input: AddressField,
  Filter: AddressFilter,
  Chip: AddressChip,
  startOp: 'contains',
  toText: (value, _field, { locale }) => lineOf(value, locale),
})
