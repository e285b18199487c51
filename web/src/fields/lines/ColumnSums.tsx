import { useTranslation } from 'react-i18next'
import type { Money } from '@/api/types'
import type { Field } from '@/metadata/types'
import { useFormat } from '@/ui/useFormat'
import classes from './ColumnSums.module.css'
import { type Decimal, decimalOf, plus, textOf, ZERO } from './decimal'
import type { Line } from './written'

/** What a column adds up to, by currency; a plain number has none. */
export function columnSums(column: Field, lines: Line[]): Map<string, Decimal> {
  const sums = new Map<string, Decimal>()
  for (const line of lines) {
    const value = line[column.key] as Money | string | number | null | undefined
    const money = typeof value === 'object' && value !== null ? value : null
    const amount = decimalOf(money ? money.amount : value)
    if (!amount) continue
    const currency = money?.currency ?? ''
    sums.set(currency, plus(sums.get(currency) ?? ZERO, amount))
  }
  return sums
}

const isSummed = (column: Field) => column.aggregates?.includes('sum') ?? false

interface Props {
  groups: Field[][]
  lines: Line[]
  /** Cells behind the last column. */
  behind?: number
}

/** The last row of a sub-table: what its columns of numbers add up to. */
export function ColumnSums({ groups, lines, behind = 0 }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const summed = groups.map(([column]) =>
    column && isSummed(column) ? columnSums(column, lines) : new Map<string, Decimal>(),
  )
  if (!summed.some((sums) => sums.size)) return null
  const written = (currency: string, amount: Decimal) =>
    currency ? format.money({ amount: textOf(amount), currency }) : format.number(textOf(amount))
  return (
    <tfoot className={classes.sums}>
      <tr>
        <th scope="row" aria-label={t('lines.total')}>
          Σ
        </th>
        {groups.map(([column], at) => (
          <td
            key={column!.key}
            data-key={column!.key}
            data-end
            data-name={summed[at]!.size ? column!.label : undefined}
          >
            {[...summed[at]!].map(([currency, amount]) => (
              <div key={currency} className="num">
                {written(currency, amount)}
              </div>
            ))}
          </td>
        ))}
        {behind > 0 && <td colSpan={behind} />}
      </tr>
    </tfoot>
  )
}
