import { MultiSelect, Select, TextInput } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Icon } from '@/ui/icons'
import { IconBuildingFactory2, IconCertificate, IconCurrencyYuan, IconWorld } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { type TreeName, useCodes } from './codes'
import { control } from './control'
import { TextCell, TextChip, TextFilter } from './text'
import {
  type ChipProps,
  type DisplayProps,
  defineKind,
  type FilterProps,
  type InputProps,
} from './types'

interface Choices {
  options: { value: string; label: string }[]
  nameOf: (code: string) => string
}
type UseChoices = () => Choices
const SHOWN = 60

/** A field whose values are codes of a long list, chosen by name. */
function coded(useChoices: UseChoices, icon: Icon, width: number, startOp: string) {
  function Cell({ value }: DisplayProps<string>) {
    const { nameOf } = useChoices()
    return <span className="trunc">{nameOf(value)}</span>
  }
  function Field(props: InputProps<string>) {
    const { field, value, onChange, onCommit, inline } = props
    const { options } = useChoices()
    return (
      <Select
        {...control(props)}
        data={options}
        limit={SHOWN}
        searchable
        clearable={!field.required && !inline}
        value={value}
        defaultDropdownOpened={inline && !props.still}
        comboboxProps={{ width: inline ? 260 : undefined, position: 'bottom-start' }}
        onChange={(next) => {
          onChange(next)
          if (inline) onCommit?.(next)
        }}
      />
    )
  }
  function Filter({ condition, onChange }: FilterProps) {
    const { t } = useTranslation()
    const { options } = useChoices()
    const { value } = condition
    const shared = {
      'aria-label': t('fields.value'),
      data: options,
      limit: SHOWN,
      searchable: true,
      'data-autofocus': true,
      comboboxProps: { withinPortal: false },
    }
    if (condition.op === 'in') {
      const chosen = Array.isArray(value) ? (value as string[]) : []
      return (
        <MultiSelect
          {...shared}
          value={chosen}
          onChange={(next) => onChange({ ...condition, value: next })}
        />
      )
    }
    const one = typeof value === 'string' ? value : null
    return (
      <Select
        {...shared}
        value={one}
        onChange={(next) => onChange({ ...condition, value: next })}
      />
    )
  }
  function Chip({ condition: { value } }: ChipProps) {
    const { nameOf } = useChoices()
    const chosen = (Array.isArray(value) ? value : [value]).filter(Boolean) as string[]
    if (!chosen.length) return <>…</>
    return <>{chosen.length > 2 ? chosen.length : chosen.map(nameOf).join(', ')}</>
  }
  return defineKind<string>({
    icon,
    width,
    Display: Cell,
    Cell,
    Input: Field,
    Filter,
    Chip,
    startOp,
    picks: true,
    toText: (value) => value,
    // the server reads codes and names alike
    fromText: (pasted) => pasted.trim(),
  })
}

const NONE: Choices['options'] = []
const treeChoices = (tree: TreeName) => () => {
  const codes = useCodes(tree)
  return {
    options: codes?.options ?? NONE,
    nameOf: (code: string) => codes?.written.get(code) ?? code,
  }
}
/** The currencies that the server takes: no historical ones. */
export function useCurrencies(): Choices {
  const { currencies } = useFormat()
  const codes = useCodes('currency')
  return useMemo(() => {
    const label = (code: string) => [code, codes?.written.get(code)].filter(Boolean).join(' ')
    // those that money may be in come first
    const all = [...new Set([...currencies, ...(codes?.written.keys() ?? [])])]
    return { options: all.map((code) => ({ value: code, label: label(code) })), nameOf: label }
  }, [codes, currencies])
}

export const region = coded(treeChoices('region'), IconWorld, 200, 'under')
export const industry = coded(treeChoices('industry'), IconBuildingFactory2, 200, 'under')
export const currency = coded(useCurrencies, IconCurrencyYuan, 120, 'in')

function CreditField(props: InputProps<string>) {
  return (
    <TextInput
      {...control(props)}
      value={props.value ?? ''}
      autoCapitalize="characters"
      autoComplete="off"
      maxLength={24}
      onChange={(event) => props.onChange(event.currentTarget.value.toUpperCase() || null)}
    />
  )
}

export const creditCode = defineKind<string>({
  icon: IconCertificate,
  width: 190,
  Display: TextCell,
  Cell: TextCell,
  Input: CreditField,
  Filter: TextFilter,
  Chip: TextChip,
  startOp: 'contains',
  toText: (value) => value,
  fromText: (pasted) => pasted.trim().toUpperCase(),
})
