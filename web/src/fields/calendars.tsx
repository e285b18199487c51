import '@mantine/dates/styles.layer.css'
import 'dayjs/locale/zh-cn'
import { Select } from '@mantine/core'
import { DateInput, DateTimePicker } from '@mantine/dates'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/useFormat'
import { fromWall, toWall } from '@/ui/zoned'
import { control } from './control'
import { PERIODS, usePeriodName } from './periods'
import type { FilterProps, InputProps } from './types'

const DAY = 'YYYY-MM-DD'
/** The days that the server takes. */
const EARLIEST = '1900-01-01'
const LATEST = '2200-12-31'

export function DayField(props: InputProps<string>) {
  const { value, onChange, onCommit, inline } = props
  return (
    <DateInput
      {...control(props)}
      value={value}
      valueFormat={DAY}
      minDate={EARLIEST}
      maxDate={props.field.max === 'today' ? dayjs().format(DAY) : LATEST}
      clearable={!props.field.required && !inline}
      popoverProps={inline && !props.still ? { opened: true, shadow: 'md' } : { shadow: 'md' }}
      onChange={(next) => {
        onChange(next)
        if (inline && next) onCommit?.(next)
      }}
    />
  )
}
export function MomentField(props: InputProps<string>) {
  const { value, onChange } = props
  const { timezone } = useFormat()
  return (
    <DateTimePicker
      {...control(props)}
      value={value ? toWall(value, timezone) : null}
      valueFormat={`${DAY} HH:mm`}
      clearable={!props.field.required && !props.inline}
      onChange={(next) => onChange(next ? fromWall(next, timezone) : null)}
    />
  )
}

export function DateFilter({ condition, onChange }: FilterProps) {
  const { t } = useTranslation()
  const name = usePeriodName()
  const set = (value: unknown) => onChange({ ...condition, value })
  if (condition.op === 'in_period') {
    return (
      <Select
        aria-label={t('fields.period')}
        data-autofocus
        searchable
        data={PERIODS.map((period) => ({ value: period, label: name(period) }))}
        value={(condition.value as string) ?? null}
        comboboxProps={{ withinPortal: false }}
        onChange={set}
      />
    )
  }
  const one = (label: string, value: unknown, put: (value: string | null) => void) => (
    <DateInput
      aria-label={label}
      placeholder={label}
      value={(value as string) || null}
      valueFormat={DAY}
      popoverProps={{ withinPortal: false }}
      onChange={put}
    />
  )
  if (condition.op === 'between') {
    const [from, to] = (condition.value as [string, string]) ?? []
    return (
      <div className="row">
        {one(t('fields.from'), from, (value) => set([value ?? '', to ?? '']))}
        {one(t('fields.to'), to, (value) => set([from ?? '', value ?? '']))}
      </div>
    )
  }
  return one(t('fields.value'), condition.value, set)
}
