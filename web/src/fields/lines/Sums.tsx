import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/useFormat'
import { type Decimal, sign, textOf } from './decimal'
import { coinDigits, sumsOf } from './price'
import classes from './Sums.module.css'
import type { Line } from './written'

interface Props {
  lines: Line[]
  currency: string
}

/** Subtotal, tax and total beneath the lines, as the server will compute them. */
export function SumsBelow({ lines, currency }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const digits = coinDigits(currency)
  const { subtotal, tax, total } = sumsOf(lines, digits)
  const written = (amount: Decimal) =>
    format.number(textOf(amount), {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
  const rows: [string, Decimal][] = [
    [t('lines.subtotal'), subtotal],
    [t('lines.tax'), tax],
  ]
  return (
    <dl className={classes.sums}>
      {sign(tax) !== 0 &&
        rows.map(([label, amount]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="num">{written(amount)}</dd>
          </div>
        ))}
      <div data-total>
        <dt>
          {t('lines.total')} <span className="dim3">{currency}</span>
        </dt>
        <dd className="num">{written(total)}</dd>
      </div>
    </dl>
  )
}
