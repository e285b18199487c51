import { Menu, UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Money, Total } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import type { Field } from '@/metadata/types'
import { IconCheck } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import type { GridColumn } from '../grid/types'
import classes from './List.module.css'

/** Figures that a column may have. */
const offered = (field: Field): Total[] =>
  field.masked ? ['none'] : ['none', ...(field.aggregates ?? []), 'count']

/** The figure of a column: what the view says, else the sum where there is one. */
export function figureOf(field: Field, totals: Record<string, Total>): Total {
  const first = field.aggregates?.includes('sum') ? 'sum' : 'none'
  const op = totals[field.key] ?? first
  return offered(field).includes(op) ? op : 'none'
}

interface Props {
  column: GridColumn
  op: Total
  value: unknown
  onOp: (op: Total) => void
}

/** A figure of a column over everything that matches; a click chooses which. */
export function FigureCell({ column: { field }, op, value, onOp }: Props) {
  const { t } = useTranslation()
  const name = t('list.figureOf', { name: field.label })
  const shown = op !== 'none' && value !== null && value !== undefined
  return (
    <Menu position="top-end">
      <Menu.Target>
        <UnstyledButton
          className={classes.figure}
          data-empty={!shown || undefined}
          aria-label={name}
        >
          {shown ? (
            <>
              <span className="dim">{t(`list.figures.${op}`)}</span>
              <FigureText field={field} op={op} value={value} />
            </>
          ) : (
            t('list.figure')
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown aria-label={name}>
        {offered(field).map((one) => (
          <Menu.Item
            key={one}
            rightSection={one === op ? <IconCheck size={14} /> : null}
            onClick={() => onOp(one)}
          >
            {t(`list.figures.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** A figure comes as a number, as a decimal string, as money, or as a value of the field itself. */
export function FigureText({ field, op, value }: { field: Field; op: Total; value: unknown }) {
  const format = useFormat()
  if (value === null || value === undefined) return null
  if (typeof value === 'object' && 'amount' in value) {
    const money = value as Money
    return (
      <b className="num" title={format.money(money)}>
        {format.money(money, true)}
      </b>
    )
  }
  if ((op === 'min' || op === 'max') && !field.aggregates?.includes('sum')) {
    return <FieldCell field={field} value={value} short />
  }
  const full = format.number(value as number | string)
  return (
    <b className="num" title={full}>
      {Math.abs(Number(value)) < 100_000
        ? full
        : format.number(value as number, { notation: 'compact' })}
    </b>
  )
}
