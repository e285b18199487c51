import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FieldInput } from '@/fields/Field'
import type { Field } from '@/metadata/types'
import classes from './Past.module.css'
import { STARTS, type Start } from './starts'

interface Props {
  start: Start
  day: string | undefined
  /** Whether it is known when the reader was here last. */
  visited: boolean
  onStart: (start: Start) => void
  onDay: (day: string) => void
}

/** From when on changes count. */
export function StartPicker({ start, day, visited, onStart, onDay }: Props) {
  const { t } = useTranslation()
  const field: Field = { key: 'since', type: 'date', label: t('past.day') }
  return (
    <div className={classes.starts}>
      <SegmentedControl
        aria-label={t('past.sinceFrom')}
        value={start}
        onChange={(next) => onStart(next as Start)}
        data={STARTS.filter((one) => visited || one !== 'visit').map((one) => ({
          value: one,
          label: t(`past.starts.${one}`),
        }))}
      />
      {start === 'day' && (
        <FieldInput
          field={field}
          value={day ?? null}
          onChange={(next) => typeof next === 'string' && onDay(next)}
        />
      )}
    </div>
  )
}
