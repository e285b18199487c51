import { lazy } from 'react'
import { IconCalendar, IconClock } from '@/ui/icons'
import { Time } from '@/ui/Time'
import { useFormat } from '@/ui/useFormat'
import { fromWall, toWall } from '@/ui/zoned'
import { askMoment } from './moments'
import { usePeriodName } from './periods'
import { type ChipProps, type DisplayProps, defineKind } from './types'

function DayCell({ value, short }: DisplayProps<string>) {
  return <span className="num">{useFormat().day(value, short)}</span>
}
function MomentCell({ value }: DisplayProps<string>) {
  return <Time at={value} className="dim" />
}
function MomentDisplay({ value, short }: DisplayProps<string>) {
  const format = useFormat()
  return (
    <span className="num" title={`${format.moment(value, true)} · ${format.timezone}`}>
      {short ? format.day(toWall(value, format.timezone)) : format.moment(value)}
    </span>
  )
}

/** The calendars are large and opened seldom: they come when the first of them is needed. */
const DayField = lazy(() => import('./calendars').then((all) => ({ default: all.DayField })))
const MomentField = lazy(() => import('./calendars').then((all) => ({ default: all.MomentField })))
const DateFilter = lazy(() => import('./calendars').then((all) => ({ default: all.DateFilter })))

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
  groups: true,
  cleaning: 'day',
  periods: true,
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

/** A whole day is meant by a day, in the reader's zone. */
export const datetime = defineKind<string>({
  groups: true,
  cleaning: 'day',
  periods: true,
  icon: IconClock,
  width: 140,
  Display: MomentDisplay,
  Cell: MomentCell,
  Input: MomentField,
  Filter: DateFilter,
  Chip: DateChip,
  startOp: 'in_period',
  // an hour at which people work
  onDay: (day, timezone) => fromWall(`${day} 09:00:00`, timezone),
  toAsk: askMoment,
  toText: (value, _field, format) => format.moment(value),
})
