import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import type { Field } from '@/metadata/types'
import { useFormat } from '@/ui/useFormat'
import classes from './DueCell.module.css'
import { isOverdue } from './due'

interface Props {
  field: Field
  record: RecordData
  /** The field that tells whether it is still to come (turnOf), where any does. */
  turn: string | undefined
  short?: boolean
}

/** A day by which something should have been done: red once it has passed and nothing was. */
export function DueCell({ field, record, turn, short }: Props) {
  const { t } = useTranslation()
  const { timezone } = useFormat()
  const value = record[field.key]
  const cell = <FieldCell field={field} value={value} short={short} record={record} />
  if (!turn || !isOverdue(value, record[turn], timezone)) return cell
  return (
    <span className={classes.late}>
      {cell}
      <span className="sr"> {t('activity.overdue')}</span>
    </span>
  )
}
