import { Select } from '@mantine/core'
import { DateInput, DateTimePicker } from '@mantine/dates'
import { useTranslation } from 'react-i18next'
import { IconCalendar, IconClock } from '@/ui/icons'
import { Time } from '@/ui/Time'
import { useFormat } from '@/ui/useFormat'
import { fromWall, toWall } from '@/ui/zoned'
import { control } from './control'
import { PERIODS, usePeriodName } from './periods'
import {
  type ChipProps,
  type DisplayProps,
  defineKind,
  type FilterProps,
  type InputProps,
} from './types'

const DAY = 'YYYY-MM-DD'

function DayCell({ value, short }: DisplayProps<string>) {
  return <span className="num">{useFormat().day(value, short)}</span>
}
function MomentCell({ value }: DisplayProps<string>) {
  return <Time at={value} className="dim" />
}
function MomentDisplay({ value }: DisplayProps<string>) {
  const format = useFormat()
  return (
    <span className="num" title={`${format.moment(value, true)} · ${format.timezone}`}>
      {format.moment(value)}
    </span>
  )
}

function DayField(props: InputProps<string>) {
  const { value, onChange, onCommit, inline } = props
  return (
    <DateInput
      {...control(props)}
      value={value}
      valueFormat={DAY}
      clearable={!props.field.required && !inline}
      popoverProps={inline ? { opened: true, shadow: 'md' } : { shadow: 'md' }}
      onChange={(next) => {
        onChange(next)
        if (inline && next) onCommit?.(next)
      }}
    />
  )
}
function MomentField(props: InputProps<string>) {
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

function DateFilter({ condition, onChange }: FilterProps) {
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

function DateChip({ condition }: ChipProps) {
  const format = useFormat()
  const name = usePeriodName()
  const { op, value } = condition
  if (!value) return <>…</>
  if (op === 'in_period') return <>{name(String(value))}</>
  const days = Array.isArray(value) ? value : [value]
  return <>{days.map((day) => (day ? format.day(String(day)) : '…')).join(' – ')}</>
}

const pastedDay = (pasted: string) => {
  const parts = /(\d{4})\D+(\d{1,2})\D+(\d{1,2})/.exec(pasted)
  return parts && `${parts[1]}-${parts[2]!.padStart(2, '0')}-${parts[3]!.padStart(2, '0')}`
}

export const date = defineKind<string>({
  icon: IconCalendar,
  width: 132,
  Display: DayCell,
  Cell: DayCell,
  Input: DayField,
  Filter: DateFilter,
  Chip: DateChip,
  startOp: 'in_period',
  toText: (value) => value,
  fromText: (pasted) => pastedDay(pasted) ?? undefined,
})

/** A whole day is meant by a day: the server reads it in the reader's zone. */
export const datetime = defineKind<string>({
  icon: IconClock,
  width: 140,
  Display: MomentDisplay,
  Cell: MomentCell,
  Input: MomentField,
  Filter: DateFilter,
  Chip: DateChip,
  startOp: 'in_period',
  toText: (value, _field, format) => format.moment(value),
})
