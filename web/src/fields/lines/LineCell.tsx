import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Field } from '@/metadata/types'
import { useFormat } from '@/ui/useFormat'
import { FieldInput } from '../Field'
import { kindOf } from '../registry'
import { isEmpty } from '../types'
import { type Place, placeAttributes, typedNumber } from './cells'
import { isNumber, isWords } from './layout'
import type { Line } from './written'

export interface CellProps {
  column: Field
  line: Line
  place: Place
  label: string
  error?: string
  describedBy?: string
  onChange: (value: unknown) => void
}

/** One cell under edit: numbers and words are typed in place, all else opens its own input. */
export function LineCell(props: CellProps) {
  if (isNumber(props.column)) return <NumberCell {...props} />
  if (isWords(props.column)) return <WordsCell {...props} />
  return <PickedCell {...props} />
}

function shared({ place, label, error, describedBy }: CellProps) {
  return {
    ...placeAttributes(place),
    'aria-label': label,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': describedBy,
    title: error,
  }
}

function WordsCell(props: CellProps) {
  const { column, line, onChange } = props
  return (
    <input
      {...shared(props)}
      type="text"
      value={String(line[column.key] ?? '')}
      placeholder={column.label}
      maxLength={column.max_length ?? undefined}
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  )
}

const amountIn = (value: unknown): string =>
  String((value as { amount?: string } | null)?.amount ?? value ?? '')

/** What is typed stays as it is typed; elsewhere the number reads as everywhere in the app. */
function NumberCell(props: CellProps) {
  const { column, line, onChange } = props
  const format = useFormat()
  const [typed, setTyped] = useState<string | null>(null)
  const value = amountIn(line[column.key])
  const kind = kindOf(column)
  const input = useRef<HTMLInputElement>(null)
  const editing = typed !== null
  // Before the next key arrives: what is typed replaces the number.
  useLayoutEffect(() => {
    if (editing) input.current?.select()
  }, [editing])
  const put = (text: string) => {
    const scale = column.type === 'integer' ? 0 : column.scale || (column.type === 'money' ? 4 : 2)
    const plain = typedNumber(text, scale, Number(column.min ?? 0) < 0)
    if (plain === null) return
    setTyped(plain)
    const read = plain ? kind.fromText?.(plain, column, format) : null
    onChange(/\d/.test(plain) ? read : null)
  }
  const shown = value ? format.number(value) + (column.type === 'percent' ? '%' : '') : ''
  return (
    <input
      {...shared(props)}
      ref={input}
      type="text"
      inputMode="decimal"
      className="num"
      data-end
      value={typed ?? shown}
      autoComplete="off"
      onFocus={() => setTyped(value)}
      onBlur={() => setTyped(null)}
      onChange={(event) => put(event.currentTarget.value)}
    />
  )
}

/** Shows what was chosen; the real input takes its place while it has the focus. */
function PickedCell(props: CellProps) {
  const { column, line, place, onChange } = props
  const format = useFormat()
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const value = line[column.key]
  if (!open) {
    const said = (shown: unknown) =>
      typeof shown === 'boolean'
        ? t(shown ? 'common.yes' : 'common.no')
        : kindOf(column).toText(shown, column, format)
    const text = isEmpty(value) ? '' : said(value)
    return (
      <input
        {...shared(props)}
        type="text"
        readOnly
        value={text}
        placeholder={column.label}
        onFocus={() => setOpen(true)}
      />
    )
  }
  return (
    <div
      {...placeAttributes(place)}
      role="group"
      onBlur={(event) => {
        const to = event.relatedTarget
        if (to && (event.currentTarget.contains(to) || to.closest('[data-portal]'))) return
        setOpen(false)
      }}
    >
      <FieldInput
        field={{ ...column, label: props.label, placeholder: column.label }}
        value={value ?? null}
        inline
        still
        autoFocus
        error={props.error}
        onChange={onChange}
      />
    </div>
  )
}
