import { useTranslation } from 'react-i18next'
import { useWatch } from '@/api/live'
import { canSum, useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { useFormat } from '@/ui/useFormat'
import { todayIn } from '@/ui/zoned'
import { Kpi } from '../analytics/Kpi'
import { expectedIn, overdueOn, receivedIn } from './cash'
import { type Sum, useSum } from './useSum'

/** Cash expected, received and overdue: for those who may read and sum it. */
export function CashRow({ period }: { period: string }) {
  const plans = useObject('payment_plan')
  const payments = useObject('payment')
  if (!plans || !payments || !canSum(plans, 'outstanding') || !canSum(payments, 'amount'))
    return null
  return <Tiles plans={plans} payments={payments} period={period} />
}

interface Props {
  plans: ObjectMeta
  payments: ObjectMeta
  period: string
}
function Tiles({ plans, payments, period }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const today = todayIn(format.timezone)
  const filters = {
    expected: expectedIn(period, today),
    received: receivedIn(period),
    overdue: overdueOn(today),
  }
  useWatch(plans, '*')
  const expected = useSum(plans, 'outstanding', filters.expected)
  const received = useSum(payments, 'amount', filters.received)
  const overdue = useSum(plans, 'outstanding', filters.overdue)
  const shown = (sum: Sum | null) => ({
    value: sum && format.amount(sum.amount, true),
    title: sum ? format.amount(sum.amount) : undefined,
  })
  return (
    <>
      <Kpi
        span={4}
        label={t('money.expected')}
        hint={t('money.instalments', { count: expected?.count ?? 0 })}
        path={plans.path}
        filter={filters.expected}
        {...shown(expected)}
      />
      <Kpi
        span={4}
        label={t('money.received')}
        hint={t('money.payments', { count: received?.count ?? 0 })}
        path={payments.path}
        filter={filters.received}
        {...shown(received)}
      />
      <Kpi
        span={4}
        label={t('money.overdue')}
        hint={t('money.instalments', { count: overdue?.count ?? 0 })}
        path={plans.path}
        filter={filters.overdue}
        bad={Boolean(overdue?.count)}
        {...shown(overdue)}
      />
    </>
  )
}
