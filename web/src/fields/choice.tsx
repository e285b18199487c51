import { MultiSelect, Select } from '@mantine/core'
import type { Field, Option } from '@/metadata/types'
import { IconCircleDot, IconTags } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import { CheckList } from './CheckList'
import { control } from './control'
import {
  type ChipProps,
  type DisplayProps,
  defineKind,
  type FilterProps,
  type InputProps,
} from './types'

const NONE: Option[] = []
const optionOf = (field: Field, key: string) => field.options?.find((option) => option.key === key)
const dataOf = (field: Field) =>
  (field.options ?? NONE).map(({ key, label }) => ({ value: key, label }))
const keyOf = (field: Field, word: string) =>
  field.options?.find(({ key, label }) => key === word.trim() || label === word.trim())?.key

function ChoiceTag({ field, value, dot }: { field: Field; value: string; dot?: boolean }) {
  const option = optionOf(field, value)
  return (
    <Tag colour={option?.color} dot={dot}>
      {option?.label ?? value}
    </Tag>
  )
}
const ChoiceCell = ({ field, value }: DisplayProps<string>) => (
  <ChoiceTag field={field} value={value} dot />
)
const MultiCell = ({ field, value }: DisplayProps<string[]>) => (
  <span className="row" style={{ gap: 4 }}>
    {value.map((key) => (
      <ChoiceTag key={key} field={field} value={key} />
    ))}
  </span>
)

function ChoiceField(props: InputProps<string>) {
  const { field, value, onChange, onCommit, inline } = props
  return (
    <Select
      {...control(props)}
      data={dataOf(field)}
      value={value}
      searchable
      clearable={!field.required && !inline}
      allowDeselect={!field.required}
      defaultDropdownOpened={inline && !props.still}
      comboboxProps={{ width: inline ? 200 : undefined, position: 'bottom-start' }}
      renderOption={({ option }) => <ChoiceTag field={field} value={option.value} dot />}
      onChange={(next) => {
        onChange(next)
        if (inline) onCommit?.(next)
      }}
    />
  )
}
function MultiField(props: InputProps<string[]>) {
  const { field, value, onChange } = props
  return (
    <MultiSelect
      {...control(props)}
      data={dataOf(field)}
      value={value ?? []}
      searchable
      clearable
      onChange={onChange}
    />
  )
}

function ChoiceFilter({ field, condition, onChange }: FilterProps) {
  const single = condition.op === 'is' || condition.op === 'is_not'
  const value = condition.value as string | string[] | undefined
  const chosen = Array.isArray(value) ? value : value ? [value] : []
  return (
    <CheckList
      single={single}
      label={field.label}
      chosen={chosen}
      options={(field.options ?? NONE).map((option) => ({
        key: option.key,
        label: option.label,
        node: <ChoiceTag field={field} value={option.key} />,
      }))}
      onChange={(keys) => onChange({ ...condition, value: single ? (keys[0] ?? null) : keys })}
    />
  )
}

function ChoiceChip({ field, condition }: ChipProps) {
  const { value } = condition
  const chosen = (Array.isArray(value) ? value : [value]).filter(Boolean) as string[]
  if (!chosen.length) return <>…</>
  if (chosen.length > 2) return <>{chosen.length}</>
  return <>{chosen.map((key) => optionOf(field, key)?.label ?? key).join(', ')}</>
}

export const choice = defineKind<string>({
  groups: true,
  icon: IconCircleDot,
  width: 124,
  Display: ChoiceCell,
  Cell: ChoiceCell,
  Input: ChoiceField,
  Filter: ChoiceFilter,
  Chip: ChoiceChip,
  startOp: 'in',
  picks: true,
  toText: (value, field) => optionOf(field, value)?.label ?? value,
  fromText: (pasted, field) => keyOf(field, pasted),
})

export const multiChoice = defineKind<string[]>({
  icon: IconTags,
  width: 180,
  Display: MultiCell,
  Cell: MultiCell,
  Input: MultiField,
  Filter: ChoiceFilter,
  Chip: ChoiceChip,
  startOp: 'has_any',
  picks: true,
  toText: (value, field) => value.map((key) => optionOf(field, key)?.label ?? key).join(', '),
  fromText: (pasted, field) => pasted.split(/[,;，；]/).flatMap((word) => keyOf(field, word) ?? []),
})
