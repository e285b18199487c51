import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWatch } from '@/api/live'
import { countQuery } from '@/api/records'
import { fieldOf, useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconChartBar } from '@/ui/icons'
import { monthName, monthsFrom } from '@/ui/months'
import { PageHead } from '@/ui/PageHead'
import { useFormat } from '@/ui/useFormat'
import { todayIn } from '@/ui/zoned'
import { DashboardTabs } from '../analytics/DashboardTabs'
import { MONTHS } from './cash'
import classes from './Forecast.module.css'
import {
  type Axis,
  type Cell,
  dealsIn,
  type ForecastRow,
  openBefore,
  useForecast,
} from './useForecast'

/** What will come in, by who sells it and when: closed, and open by its probability. */
export default function ForecastPage() {
  const { t } = useTranslation()
  const meta = useObject('opportunity')
  const [axis, setAxis] = useState<Axis>('owner')
  const axes = (['owner', 'department'] as const).map((value) => ({
    value,
    label: fieldOf(meta, value)?.label ?? value,
  }))
  return (
    <>
      <PageHead icon={IconChartBar} title={t('money.forecast')} extra={<DashboardTabs />}>
        <SegmentedControl
          size="xs"
          aria-label={t('money.forecastBy')}
          data={axes}
          value={axis}
          onChange={(next) => setAxis(next as Axis)}
        />
      </PageHead>
      {meta?.rights.read ? (
        <Table meta={meta} axis={axis} />
      ) : (
        <Empty icon={IconChartBar} title={t('dashboard.noRight')} />
      )}
    </>
  )
}

function Table({ meta, axis }: { meta: ObjectMeta; axis: Axis }) {
  const { t } = useTranslation()
  const format = useFormat()
  const months = monthsFrom(todayIn(format.timezone), MONTHS)
  const { data, error, enabled } = useForecast(meta, axis, months)
  useWatch(meta, '*')
  if (error) return <Failure error={error} />
  if (!enabled) return <Empty icon={IconChartBar} title={t('money.noAmounts')} />
  return (
    <section
      className={classes.page}
      aria-label={t('money.forecast')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region is reached by keyboard
      tabIndex={0}
    >
      <p className="dim3">
        {t('money.forecastHint')} <LeftOut meta={meta} from={months[0]!} />
      </p>
      {!data && <PartSkeleton height={40} />}
      {data && !data.rows.length && <Empty icon={IconChartBar} title={t('dashboard.nothing')} />}
      {data && data.rows.length > 0 && (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{fieldOf(meta, axis)?.label}</th>
              {months.map((month) => (
                <th scope="col" key={month} className={classes.number}>
                  {monthName(format, month, true)}
                </th>
              ))}
              <th scope="col" className={classes.number}>
                {t('money.total')}
              </th>
            </tr>
          </thead>
          <tbody>
            {data.rows.map((row) => (
              <Row key={row.key} meta={meta} axis={axis} months={months} row={row} />
            ))}
          </tbody>
          <tfoot>
            <Row meta={meta} axis={axis} months={months} row={data.total} name={t('money.total')} />
          </tfoot>
        </table>
      )}
    </section>
  )
}

/** Open deals that no month of the table counts: without a day, or with one that is over. */
function LeftOut({ meta, from }: { meta: ObjectMeta; from: string }) {
  const { t } = useTranslation()
  const filter = openBefore(from)
  const { data } = useQuery(countQuery(meta, { filter }))
  if (!data?.value) return null
  return (
    <Link to="/$path" params={{ path: meta.path }} search={{ filter }}>
      {t('money.leftOut', { count: data.value })}
    </Link>
  )
}

interface RowProps {
  meta: ObjectMeta
  axis: Axis
  months: string[]
  row: ForecastRow
  /** Of the sum below; it leads to the deals of all. */
  name?: string
}
function Row({ meta, axis, months, row, name }: RowProps) {
  const { t } = useTranslation()
  const who = name === undefined ? row.who : undefined
  return (
    <tr>
      <th scope="row" className="trunc">
        {name ?? row.who?.name ?? t('money.nobody')}
      </th>
      {row.months.map((cell, index) => (
        <td key={months[index]}>
          <Link
            to="/$path"
            params={{ path: meta.path }}
            search={{ filter: dealsIn(months[index]!, axis, who) }}
            className={classes.cell}
          >
            <Figures cell={cell} />
          </Link>
        </td>
      ))}
      <td>
        <span className={classes.cell}>
          <Figures cell={row.all} />
        </span>
      </td>
    </tr>
  )
}

/** Closed plus weighted in bold; below what is closed and the full open amount. */
function Figures({ cell }: { cell: Cell }) {
  const { t } = useTranslation()
  const format = useFormat()
  const sum = Math.round(cell.won + cell.weighted)
  if (!cell.won && !cell.open) return <span className="dim3">–</span>
  return (
    <>
      <b className="num" title={format.amount(sum)}>
        {format.amount(sum, true)}
      </b>
      <small className="dim3 num">
        {[
          cell.won && t('money.won', { won: format.amount(Math.round(cell.won), true) }),
          cell.open && t('money.open', { open: format.amount(Math.round(cell.open), true) }),
        ]
          .filter((piece) => typeof piece === 'string')
          .map((piece) => (
            <span key={piece} className={classes.piece}>
              {piece}
            </span>
          ))}
      </small>
    </>
  )
}
