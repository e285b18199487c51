import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useWatch } from '@/api/live'
import { rowsQuery } from '@/api/records'
import type { FilterNode, RecordData } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { canSum, fieldsOf, useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Empty } from '@/ui/Empty'
import { IconChartBar } from '@/ui/icons'
import { monthName, monthsFrom } from '@/ui/months'
import { PageHead } from '@/ui/PageHead'
import { useFormat } from '@/ui/useFormat'
import { todayIn } from '@/ui/zoned'
import { DashboardTabs } from '../analytics/DashboardTabs'
import classes from './Cash.module.css'
import { dueIn, MONTHS, overdueOn } from './cash'
import { useSum } from './useSum'

const SHOWN = 30
const CARD = ['account', 'due_on', 'outstanding', 'state']

/** What is due, month by month, what is late first. */
export default function CashPage() {
  const { t } = useTranslation()
  const meta = useObject('payment_plan')
  return (
    <>
      <PageHead icon={IconChartBar} title={t('money.cash')} extra={<DashboardTabs />} />
      {meta?.rights.read ? (
        <Months meta={meta} />
      ) : (
        <Empty icon={IconChartBar} title={t('money.noRight')} />
      )}
    </>
  )
}

function Months({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const format = useFormat()
  const today = todayIn(format.timezone)
  useWatch(meta, '*')
  return (
    <section
      className={classes.months}
      aria-label={t('money.cash')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region is reached by keyboard
      tabIndex={0}
    >
      <Month meta={meta} name={t('money.overdue')} filter={overdueOn(today)} late />
      {monthsFrom(today, MONTHS).map((month) => (
        <Month
          key={month}
          meta={meta}
          name={monthName(format, month, true)}
          filter={dueIn(month, today)}
        />
      ))}
    </section>
  )
}

interface MonthProps {
  meta: ObjectMeta
  name: string
  filter: FilterNode
  late?: boolean
}
function Month({ meta, name, filter, late }: MonthProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const sum = useSum(meta, 'outstanding', filter)
  const { data } = useQuery(
    rowsQuery(meta, { filter, sort: 'due_on', limit: SHOWN, count: 'none' }),
  )
  const rest = sum && data ? sum.count - data.items.length : 0
  return (
    <section className={classes.month} aria-label={name} data-late={late || undefined}>
      <header>
        <h2>{name}</h2>
        <span className="dim3 num">{sum && format.number(sum.count)}</span>
        <span className="grow" />
        {sum && canSum(meta, 'outstanding') && (
          <b className="num" title={format.amount(sum.amount)}>
            {format.amount(sum.amount, true)}
          </b>
        )}
      </header>
      {!data && <PartSkeleton height={64} />}
      {data && !data.items.length && <p className={classes.none}>{t('money.nothingDue')}</p>}
      <ul>
        {data?.items.map((row) => (
          <li key={row.id}>
            <Plan meta={meta} row={row} />
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <Link to="/$path" params={{ path: meta.path }} search={{ filter }} className={classes.more}>
          {t('money.more', { count: rest })}
        </Link>
      )}
    </section>
  )
}

function Plan({ meta, row }: { meta: ObjectMeta; row: RecordData }) {
  const fields = fieldsOf(meta, CARD)
  return (
    <Link to="/$path/$id" params={{ path: meta.path, id: row.id }} className={classes.plan}>
      <b className="trunc">{row.name}</b>
      <span className={classes.facts}>
        {fields.map((field) => (
          <span key={field.key} data-key={field.key}>
            <FieldCell field={field} value={row[field.key]} short />
          </span>
        ))}
      </span>
    </Link>
  )
}
