import { useTranslation } from 'react-i18next'
import type { Field } from '@/metadata/types'
import { IconArrowRight, IconMinus, IconPlus } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { kindOf } from '../registry'
import { type DiffProps, isEmpty } from '../types'
import { differences, type LineChange } from './differences'
import classes from './LinesDiff.module.css'
import type { Line } from './written'

const TOLD = 3

/** What became of lines: which came, which went, and what of the others is another. */
export default function LinesDiff({ field, before, after }: DiffProps<Line[]>) {
  const { t } = useTranslation()
  const columns = field.columns ?? []
  const changes = differences(columns, before ?? [], after ?? [])
  if (!changes.length) return <span className="dim">{t('lines.moved')}</span>
  return (
    <ul className={classes.diff}>
      {changes.map((change) => (
        <li key={change.key}>
          <Change columns={columns} change={change} />
        </li>
      ))}
    </ul>
  )
}

function Change({ columns, change }: { columns: Field[]; change: LineChange }) {
  const { t } = useTranslation()
  const { before, after } = change
  const written = useWritten()
  const whole = (line: Line) =>
    columns
      .filter((column) => !isEmpty(line[column.key]))
      .slice(0, TOLD)
      .map((column) => written(column, line))
      .join(' · ')
  if (!before || !after) {
    const Sign = after ? IconPlus : IconMinus
    return (
      <span data-gone={after ? undefined : true}>
        <Sign size={12} aria-label={t(after ? 'lines.came' : 'lines.went')} />{' '}
        {whole((after ?? before)!) || '–'}
      </span>
    )
  }
  return (
    <>
      <span className="dim">{t('lines.line', { row: change.row })}</span>
      {change.columns.map((column) => (
        <span key={column.key} className={classes.cell}>
          <span className="dim">{column.label}</span> {written(column, before) || '–'}
          <IconArrowRight size={12} aria-label={t('record.to')} />
          {written(column, after) || '–'}
        </span>
      ))}
    </>
  )
}

function useWritten() {
  const { t } = useTranslation()
  const format = useFormat()
  return (column: Field, line: Line): string => {
    const value = line[column.key]
    if (isEmpty(value)) return ''
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
    return kindOf(column).toText(value, column, format)
  }
}
