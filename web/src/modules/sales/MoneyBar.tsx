import { useTranslation } from 'react-i18next'
import type { Money, RecordData } from '@/api/types'
import { decimalOf, minus, sign, textOf, ZERO } from '@/fields/lines/decimal'
import { useFormat } from '@/ui/useFormat'
import classes from './Money.module.css'

const PARTS = ['received', 'planned', 'unplanned'] as const

/** A contract's total as one bar: received, planned but not received, not planned yet. */
export function MoneyBar({ record }: { record: RecordData }) {
  const { t } = useTranslation()
  const format = useFormat()
  const amount = (key: string) => decimalOf((record[key] as Money | null)?.amount) ?? ZERO
  const { currency } = (record.total as Money | null) ?? { currency: format.currency }
  const received = amount('received')
  const open = minus(amount('planned'), received)
  // More may come in than was planned: then nothing planned is open.
  const planned = sign(open) > 0 ? open : ZERO
  const rest = minus(minus(amount('total'), received), planned)
  const sizes = { received, planned, unplanned: rest }
  const share = (key: (typeof PARTS)[number]) =>
    Number(textOf(sizes[key])) / Math.max(1e-9, Number(textOf(amount('total'))))
  const percent = format.number(Math.floor(share('received') * 100))
  const words = {
    received: t('sales.received'),
    planned: t('sales.planned'),
    unplanned: t('sales.unplanned'),
  }
  return (
    <>
      <div className={classes.track} role="img" aria-label={t('sales.receivedShare', { percent })}>
        {PARTS.slice(0, 2).map((key) => (
          <i key={key} data-part={key} style={{ width: `${share(key) * 100}%` }} />
        ))}
      </div>
      <dl className={classes.legend}>
        {PARTS.map((key) => (
          <div key={key}>
            <dt>
              <i data-part={key} aria-hidden />
              {words[key]}
            </dt>
            <dd className="num">{format.money({ amount: textOf(sizes[key]), currency })}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
