import { Rating, TextInput } from '@mantine/core'
import { useState } from 'react'
import { IconClock, IconHourglass, IconStar, IconStarFilled } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { control } from './control'
import { scalarFilter } from './scalarFilter'
import classes from './spans.module.css'
import { readSpan, writeSpan } from './spanText'
import { type DisplayProps, defineKind, type InputProps } from './types'

function DurationCell({ value }: DisplayProps<number>) {
  const { locale } = useFormat()
  return <span className="num">{writeSpan(value, locale)}</span>
}

/** What cannot be read as a duration is sent as it was typed: the server says what it wants. */
function DurationField(props: InputProps<number | string>) {
  const { value, onChange } = props
  const { locale } = useFormat()
  const written = typeof value === 'number' ? writeSpan(value, locale) : (value ?? '')
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <TextInput
      {...control(props)}
      value={typed ?? written}
      placeholder={writeSpan(90, locale)}
      onChange={(event) => {
        const text = event.currentTarget.value
        setTyped(text)
        onChange(text.trim() ? (readSpan(text) ?? text) : null)
      }}
      onBlur={() => setTyped(null)}
    />
  )
}

export const duration = defineKind<number>({
  ...scalarFilter({
    read: (typed) => readSpan(typed) ?? typed,
    write: (value, locale) => (typeof value === 'number' ? writeSpan(value, locale) : `${value}`),
  }),
  icon: IconHourglass,
  width: 120,
  align: 'end',
  Display: DurationCell,
  Cell: DurationCell,
  Input: DurationField as (props: InputProps<number>) => React.ReactNode,
  startOp: '>=',
  toText: (value, _field, { locale }) => writeSpan(value, locale),
  fromText: readSpan,
})

const starsOf = (max: string | number | null | undefined) => Number(max ?? 5)

function RatingCell({ field, value }: DisplayProps<number>) {
  const all = starsOf(field.max)
  return (
    <span className={classes.stars} role="img" aria-label={`${value} / ${all}`}>
      {Array.from({ length: all }, (_, index) => {
        const Sign = index < value ? IconStarFilled : IconStar
        // biome-ignore lint/suspicious/noArrayIndexKey: stars have no identity but their place
        return <Sign key={index} size={14} data-on={index < value || undefined} aria-hidden />
      })}
    </span>
  )
}

function RatingField({ field, value, onChange, onCommit, error, inline }: InputProps<number>) {
  const choose = (next: number) => {
    const stars = next === value ? null : next
    onChange(stars)
    if (inline) onCommit?.(stars)
  }
  const stars = (
    <Rating
      count={starsOf(field.max)}
      value={value ?? 0}
      aria-label={field.label}
      onChange={choose}
      size={inline ? 'sm' : 'md'}
    />
  )
  if (inline) return stars
  return (
    <fieldset className={classes.rating}>
      <legend>
        {field.label}
        {field.required && <span aria-hidden> *</span>}
      </legend>
      {field.help && <small>{field.help}</small>}
      {stars}
      {error && <small role="alert">{error}</small>}
    </fieldset>
  )
}

export const rating = defineKind<number>({
  ...scalarFilter({ read: (typed) => Number(typed) || typed, write: String }),
  icon: IconStar,
  width: 124,
  Display: RatingCell,
  Cell: RatingCell,
  Input: RatingField,
  startOp: '>=',
  toText: String,
  fromText: (pasted) => (/^\s*\d{1,2}\s*$/.test(pasted) ? Number(pasted) : undefined),
})

const TimeCell = ({ value }: DisplayProps<string>) => <span className="num">{value}</span>

function TimeField(props: InputProps<string>) {
  return (
    <TextInput
      {...control(props)}
      type="time"
      value={props.value ?? ''}
      onChange={(event) => props.onChange(event.currentTarget.value || null)}
    />
  )
}

export const time = defineKind<string>({
  ...scalarFilter({ read: (typed) => typed, write: String, type: 'time' }),
  icon: IconClock,
  width: 90,
  Display: TimeCell,
  Cell: TimeCell,
  Input: TimeField,
  startOp: '>=',
  toText: (value) => value,
  fromText: (pasted) => /^\d{1,2}:\d{2}(:\d{2})?$/.exec(pasted.trim())?.[0].padStart(5, '0'),
})
