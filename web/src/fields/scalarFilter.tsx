import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ChipProps, type FilterProps, isEmpty } from './types'

interface Scalar {
  /** What was typed → what a condition compares with; what cannot be read stays as it is. */
  read: (typed: string) => unknown
  write: (value: unknown, locale: string) => string
  type?: 'text' | 'time'
}

/** Filter and chip of values that are typed in one line: one, a list with commas, or two bounds. */
export function scalarFilter({ read, write, type = 'text' }: Scalar) {
  function One({
    label,
    value,
    put,
  }: {
    label: string
    value: unknown
    put: (v: unknown) => void
  }) {
    const { i18n } = useTranslation()
    const [typed, setTyped] = useState(() => (isEmpty(value) ? '' : write(value, i18n.language)))
    return (
      <TextInput
        type={type}
        aria-label={label}
        placeholder={label}
        value={typed}
        data-autofocus
        onChange={(event) => {
          const text = event.currentTarget.value
          setTyped(text)
          put(text.trim() ? read(text) : '')
        }}
      />
    )
  }
  function Filter({ condition, onChange }: FilterProps) {
    const { t } = useTranslation()
    const set = (value: unknown) => onChange({ ...condition, value })
    if (condition.op === 'between') {
      const [from, to] = (condition.value as [unknown, unknown]) ?? []
      return (
        <div className="row">
          <One label={t('fields.from')} value={from} put={(value) => set([value, to ?? ''])} />
          <One label={t('fields.to')} value={to} put={(value) => set([from ?? '', value])} />
        </div>
      )
    }
    const one = condition.op !== 'in'
    const value = one || isEmpty(condition.value) ? condition.value : null
    return (
      <One
        key={condition.op}
        label={t('fields.value')}
        value={value}
        put={(next) => set(one || isEmpty(next) ? next : [next])}
      />
    )
  }
  function Chip({ condition: { value, op } }: ChipProps) {
    const { i18n } = useTranslation()
    if (isEmpty(value)) return <>…</>
    const all = Array.isArray(value) ? value : [value]
    const shown = all.map((item) => (isEmpty(item) ? '…' : write(item, i18n.language)))
    return <>{shown.join(op === 'between' ? ' – ' : ', ')}</>
  }
  return { Filter, Chip }
}
