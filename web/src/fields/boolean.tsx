import { Checkbox, SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { IconCheck, IconCheckbox, IconX } from '@/ui/icons'
import {
  type ChipProps,
  type DisplayProps,
  defineKind,
  type FilterProps,
  type InputProps,
} from './types'

function BooleanCell({ value }: DisplayProps<boolean>) {
  const { t } = useTranslation()
  const Sign = value ? IconCheck : IconX
  return (
    <span className="person">
      <Sign size={14} color={value ? 'var(--ok)' : 'var(--text-3)'} aria-hidden />
      {value ? t('common.yes') : t('common.no')}
    </span>
  )
}

function BooleanField({ field, value, onChange, error, inline, ...props }: InputProps<boolean>) {
  return (
    <Checkbox
      autoFocus={props.autoFocus}
      onKeyDown={props.onKeyDown}
      checked={value ?? false}
      error={error}
      label={inline ? undefined : field.label}
      aria-label={inline ? field.label : undefined}
      description={inline ? undefined : field.help || undefined}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

function BooleanFilter({ condition, onChange }: FilterProps) {
  const { t } = useTranslation()
  return (
    <SegmentedControl
      aria-label={t('fields.value')}
      fullWidth
      value={String(condition.value ?? '')}
      data={[
        { value: 'true', label: t('common.yes') },
        { value: 'false', label: t('common.no') },
      ]}
      onChange={(next) => onChange({ ...condition, value: next === 'true' })}
    />
  )
}

function BooleanChip({ condition }: ChipProps) {
  const { t } = useTranslation()
  if (typeof condition.value !== 'boolean') return <>…</>
  return <>{condition.value ? t('common.yes') : t('common.no')}</>
}

export const boolean = defineKind<boolean>({
  groups: true,
  icon: IconCheckbox,
  width: 90,
  Display: BooleanCell,
  Cell: BooleanCell,
  Input: BooleanField,
  Filter: BooleanFilter,
  Chip: BooleanChip,
  startOp: 'is',
  toText: String,
  // skip web-text: what people paste, not what they read
  fromText: (pasted) => /^(true|yes|1|是|✓)$/i.test(pasted.trim()),
})
