import { ActionIcon, Menu } from '@mantine/core'
import { type RefObject, useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Link } from '@/api/types'
import type { Field } from '@/metadata/types'
import { IconArrowDown, IconArrowUp, IconCopy, IconDots, IconTrash } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { FieldDisplay } from '../Field'
import { isEmpty } from '../types'
import { errorAt, focusCell, rowError } from './cells'
import { textOf } from './decimal'
import { LineCell } from './LineCell'
import classes from './Lines.module.css'
import { fixed, isNumber, stacks } from './layout'
import { AMOUNT, lineAmount } from './price'
import { useFill } from './useFill'
import type { Lines } from './useLines'
import type { Line } from './written'

/** As they stand on the keyboard. */
const KEYS = { up: 'Alt ↑', down: 'Alt ↓', remove: 'Ctrl ⌫' }

interface Props {
  columns: Field[]
  cells: Field[]
  line: Line
  row: number
  lines: Lines
  currency: string
  digits: number
  priced: boolean
  unit: string
  errors: Record<string, string> | undefined
  root: RefObject<HTMLDivElement | null>
}

/** One line: its cells, what they come to, and what can be done with it. */
export function LineRow(props: Props) {
  const { columns, row, lines, errors } = props
  const { t } = useTranslation()
  const sent = lines.sentRow(row)
  const whole = rowError(errors, sent)
  const filling = useFill(lines, row, props.currency)
  return (
    <tr data-invalid={whole ? true : undefined} title={whole}>
      <td className={classes.number}>{row + 1}</td>
      {stacks(columns).map((group) => (
        <td
          key={group[0]!.key}
          data-key={group[0]!.key}
          data-end={isNumber(group[0]!) || undefined}
        >
          {group.map((column) => (
            <Cell
              key={column.key}
              {...props}
              column={column}
              filling={filling}
              error={errorAt(errors, sent, column.key)}
            />
          ))}
        </td>
      ))}
      <td className={classes.menu}>
        <Menu position="bottom-end" width={190}>
          <Menu.Target>
            <ActionIcon size={24} aria-label={t('lines.menuOf', { row: row + 1 })}>
              <IconDots size={15} />
            </ActionIcon>
          </Menu.Target>
          <RowMenu lines={lines} row={row} />
        </Menu>
      </td>
    </tr>
  )
}

function RowMenu({ lines, row }: { lines: Lines; row: number }) {
  const { t } = useTranslation()
  return (
    <Menu.Dropdown>
      <Menu.Item
        leftSection={<IconArrowUp size={15} />}
        rightSection={<kbd>{KEYS.up}</kbd>}
        disabled={row === 0}
        onClick={() => lines.move(row, row - 1)}
      >
        {t('lines.up')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconArrowDown size={15} />}
        rightSection={<kbd>{KEYS.down}</kbd>}
        disabled={row === lines.lines.length - 1}
        onClick={() => lines.move(row, row + 1)}
      >
        {t('lines.down')}
      </Menu.Item>
      <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => lines.copy(row)}>
        {t('lines.copy')}
      </Menu.Item>
      <Menu.Item
        color="red"
        leftSection={<IconTrash size={15} />}
        rightSection={<kbd>{KEYS.remove}</kbd>}
        onClick={() => lines.remove(row)}
      >
        {t('lines.remove')}
      </Menu.Item>
    </Menu.Dropdown>
  )
}

/** What a formula comes to; it is nobody's to write. */
function Reckoned({ column, line }: { column: Field; line: Line }) {
  const value = line[column.key]
  return (
    <div className={classes.cell}>
      <span className={classes.name}>{column.label}</span>
      <output className={isNumber(column) ? 'num' : undefined} aria-label={column.label}>
        {isEmpty(value) ? '–' : <FieldDisplay field={column} value={value} />}
      </output>
    </div>
  )
}

interface OneCellProps extends Props {
  column: Field
  error: string | undefined
  filling: ReturnType<typeof useFill>
}
function Cell(props: OneCellProps) {
  const { column, cells, line, row, lines, digits, priced, unit, error, root, filling } = props
  const { t } = useTranslation()
  const format = useFormat()
  const id = useId()
  if (column.read_only) {
    if (column.custom) return <Reckoned column={column} line={line} />
    if (!priced || column.key !== AMOUNT) return null
    const amount = format.number(textOf(lineAmount(line, digits)), fixed(digits))
    return <output className="num">{amount}</output>
  }
  const place = { row, column: cells.indexOf(column) }
  const put = (value: unknown) => {
    lines.change(row, { [column.key]: value })
    if (!column.target || !value) return
    void filling.fill(column, line, value as Link)
    const after = cells.findIndex((one, at) => at > place.column && isNumber(one))
    const next = { row, column: after < 0 ? place.column + 1 : after }
    requestAnimationFrame(() => focusCell(root.current, next))
  }
  const told = filling.toldAt(column.key)
  const note =
    error ??
    (told && t('lines.otherCurrency', { price: format.money(told), currency: props.currency }))
  return (
    <div className={classes.cell} data-invalid={error ? true : undefined}>
      <span className={classes.name}>{column.label}</span>
      <LineCell
        {...{ column, line, place, error }}
        label={t('lines.cell', { row: row + 1, column: column.label })}
        describedBy={note ? id : undefined}
        onChange={put}
      />
      {column.key === 'quantity' && unit && <span className={classes.unit}>{unit}</span>}
      {note && (
        <small id={id} role={error ? 'alert' : 'status'}>
          {note}
        </small>
      )}
    </div>
  )
}
