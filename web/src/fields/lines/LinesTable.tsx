import type { Field } from '@/metadata/types'
import { useFormat } from '@/ui/useFormat'
import { FieldDisplay } from '../Field'
import { type DisplayProps, isEmpty } from '../types'
import { ColumnSums } from './ColumnSums'
import { decimalOf, sign } from './decimal'
import { useUnits } from './fill'
import classes from './Lines.module.css'
import { fixed, isNumber, isWords, stacks } from './layout'
import { AMOUNT, coinDigits, currencyOf, isPriced } from './price'
import { SumsBelow } from './Sums'
import type { Line } from './written'

/** Lines as they are printed: a quiet table with its sums beneath, cards where there is no room. */
export default function LinesTable({ field, value, record }: DisplayProps<Line[]>) {
  const format = useFormat()
  const columns = field.columns ?? []
  const currency = currencyOf(record, format.currency)
  const priced = isPriced(columns)
  const unitOf = useUnits(columns, value)
  // A column in which nothing stands says nothing.
  const used = columns.filter((column) => value.some((line) => isTelling(column, line)))
  const groups = stacks(used)
  const lineKey = (index: number) => `${record?.version ?? 0}.${index}`
  return (
    <div className={classes.box}>
      <table className={classes.table}>
        <caption className="sr">{field.label}</caption>
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
          </tr>
        </thead>
        <tbody>
          {value.map((line, index) => (
            <tr key={lineKey(index)}>
              <td className={classes.number}>{index + 1}</td>
              {groups.map((group) => (
                <td
                  key={group[0]!.key}
                  data-key={group[0]!.key}
                  data-end={isNumber(group[0]!) || undefined}
                  data-name={nameBeside(group[0]!, line, priced)}
                >
                  {group.map((column, place) => (
                    <span key={column.key} className={place ? classes.below : undefined}>
                      <Value {...{ column, line, currency, priced }} unit={unitOf(line)} />
                    </span>
                  ))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {!priced && <ColumnSums groups={groups} lines={value} />}
      </table>
      {priced && <SumsBelow lines={value} currency={currency} />}
    </div>
  )
}

/** What a card writes beside a value that does not speak for itself, as a price does. */
const nameBeside = (column: Field, line: Line, priced: boolean) => {
  if (isEmpty(line[column.key])) return undefined
  const plain = priced ? column.type !== 'percent' : isWords(column) || column.type === 'choice'
  return plain ? undefined : column.label.replace(/\s*%$/, '')
}

const isTelling = (column: Field, line: Line) => {
  const value = line[column.key]
  if (isEmpty(value)) return false
  const amount = column.key.endsWith('_percent') ? decimalOf(value) : null
  return !amount || sign(amount) !== 0
}

interface ValueProps {
  column: Field
  line: Line
  currency: string
  unit: string
  priced: boolean
}
function Value({ column, line, currency, unit, priced }: ValueProps) {
  const format = useFormat()
  const value = line[column.key]
  if (isEmpty(value)) return null
  if (column.key === AMOUNT && priced) {
    return <span className="num">{format.number(String(value), fixed(coinDigits(currency)))}</span>
  }
  if (column.key === 'quantity' && unit) {
    return (
      <span className="num">
        {format.number(String(value))} {unit}
      </span>
    )
  }
  return <FieldDisplay field={column} value={value} />
}
