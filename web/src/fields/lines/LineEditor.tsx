import { Button } from '@mantine/core'
import { useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPlus } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import type { InputProps } from '../types'
import { ColumnSums } from './ColumnSums'
import { focusCell } from './cells'
import { useUnits } from './fill'
import { LineRow } from './LineRow'
import classes from './Lines.module.css'
import { isNumber, stacks } from './layout'
import { coinDigits, currencyOf, isPriced } from './price'
import { SumsBelow } from './Sums'
import { useBlockPaste } from './useBlockPaste'
import { useLineKeys } from './useLineKeys'
import { useLines } from './useLines'
import { useReckoned } from './useReckoned'
import type { Line } from './written'

/**
 * The lines of a document under edit, by keyboard as in a spreadsheet: Tab and arrows go from cell to
 * cell, Enter down and past the end to a new line, a pasted block fills and adds lines.
 */
export default function LineEditor(props: InputProps<Line[]>) {
  const { field, value, onChange, record, error, errors, inline } = props
  const { t } = useTranslation()
  const format = useFormat()
  const id = useId()
  const root = useRef<HTMLDivElement>(null)
  const columns = field.columns ?? []
  const cells = columns.filter((column) => !column.read_only)
  const currency = currencyOf(record, format.currency)
  const lines = useLines(columns, value, onChange)
  const shown = useReckoned(field, lines.lines, props.object)
  const groups = stacks(columns)
  const full = lines.lines.length >= Number(field.max ?? Number.POSITIVE_INFINITY)
  const unitOf = useUnits(columns, lines.lines)
  const onKeyDown = useLineKeys(root, lines, cells.length)
  const onPaste = useBlockPaste(lines, cells)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the editor appears
  useEffect(() => {
    if (props.autoFocus) focusCell(root.current, { row: 0, column: 0 })
  }, [])
  const add = () => {
    const row = lines.add()
    requestAnimationFrame(() => focusCell(root.current, { row, column: 0 }))
  }
  const priced = isPriced(columns)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys and pastes of all cells end here
    <div ref={root} className={classes.box} onKeyDown={onKeyDown} onPaste={onPaste}>
      {!inline && (
        <p id={id} className={classes.label}>
          {field.label}
        </p>
      )}
      <table className={classes.table} data-edit aria-label={field.label}>
        <thead>
          <tr>
            <th scope="col" className={classes.number}>
              #
            </th>
            {groups.map(([column]) => (
              <th key={column!.key} scope="col" data-end={isNumber(column!) || undefined}>
                {column!.label}
              </th>
            ))}
            <th scope="col" className={classes.menu}>
              <span className="sr">{t('lines.menu')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((line, row) => (
            <LineRow
              key={lines.keys[row]}
              {...{ columns, cells, line, row, lines, currency, priced }}
              unit={unitOf(line)}
              digits={coinDigits(currency)}
              errors={errors}
              root={root}
            />
          ))}
        </tbody>
        {!priced && <ColumnSums groups={groups} lines={shown} behind={1} />}
      </table>
      {error && !Object.keys(errors ?? {}).length && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      <div className={classes.foot}>
        <Button variant="subtle" leftSection={<IconPlus size={14} />} onClick={add} disabled={full}>
          {t('lines.add')}
        </Button>
        {priced && <SumsBelow lines={lines.lines} currency={currency} />}
      </div>
      <p className={classes.keys}>{t('lines.keys')}</p>
    </div>
  )
}
