import { TagsInput, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { IconFileText, IconTypography } from '@/ui/icons'
import { spokenMentions } from '@/ui/mentions'
import { control } from './control'
import {
  type ChipProps,
  type DisplayProps,
  defineKind,
  type FilterProps,
  type InputProps,
} from './types'

export const TextCell = ({ value }: DisplayProps<string>) => <span className="trunc">{value}</span>

function TextField(props: InputProps<string>) {
  const { field, value, onChange } = props
  return (
    <TextInput
      {...control(props)}
      value={value ?? ''}
      maxLength={field.max_length ?? undefined}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  )
}

function LongDisplay({ value }: DisplayProps<string>) {
  return (
    <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {spokenMentions(value)}
    </span>
  )
}

const LongCell = (props: DisplayProps<string>) => (
  <TextCell {...props} value={spokenMentions(props.value)} />
)

function LongField(props: InputProps<string>) {
  const { field, value, onChange, inline } = props
  return (
    <Textarea
      {...control(props)}
      autosize
      minRows={inline ? 1 : 3}
      maxRows={12}
      value={value ?? ''}
      maxLength={field.max_length ?? undefined}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  )
}

/** Value editor for words: a list for `in`, else one line. */
export function TextFilter({ condition, onChange }: FilterProps) {
  const { t } = useTranslation()
  if (condition.op === 'in') {
    return (
      <TagsInput
        aria-label={t('fields.value')}
        value={(condition.value as string[]) ?? []}
        onChange={(value) => onChange({ ...condition, value })}
      />
    )
  }
  return (
    <TextInput
      aria-label={t('fields.value')}
      data-autofocus
      value={String(condition.value ?? '')}
      onChange={(event) => onChange({ ...condition, value: event.currentTarget.value })}
    />
  )
}

export function TextChip({ condition }: ChipProps) {
  const { value } = condition
  return <>{Array.isArray(value) ? value.join(', ') : String(value ?? '…')}</>
}

export const text = defineKind<string>({
  icon: IconTypography,
  width: 180,
  Display: TextCell,
  Cell: TextCell,
  Input: TextField,
  Filter: TextFilter,
  Chip: TextChip,
  startOp: 'contains',
  toText: (value) => value,
  fromText: (pasted) => pasted.trim(),
})

export const longText = defineKind<string>({
  icon: IconFileText,
  width: 240,
  Display: LongDisplay,
  Cell: LongCell,
  Input: LongField,
  Filter: TextFilter,
  Chip: TextChip,
  startOp: 'contains',
  toText: (value) => value,
  fromText: (pasted) => pasted,
})
