import { Select } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import { useWatch } from '@/api/live'
import { useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconChartBar } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'
import { useFormat } from '@/ui/useFormat'
import { CashRow } from '../money/CashRow'
import { hasMoney, usePipeline } from '../sales/usePipeline'
import { ChartTiles } from './ChartTiles'
import classes from './Dashboard.module.css'
import { DashboardTabs } from './DashboardTabs'
import { KpiRow } from './KpiRow'
import { TopDeals } from './TopDeals'
import { PERIODS, type Period, stagesOf, useFigures } from './useFigures'

/** The sales dashboard: every figure leads to the records behind it. */
export default function Dashboard() {
  const { t } = useTranslation()
  const meta = useObject('opportunity')
  const navigate = useNavigate()
  const search = useSearch({ strict: false })
  const period = PERIODS.find((one) => one === search.period) ?? 'this_quarter'
  const readable = meta?.rights.read
  return (
    <>
      <PageHead icon={IconChartBar} title={t('shell.dashboard')} extra={<DashboardTabs />}>
        {readable && (
          <Select
            w={{ base: 172, sm: 132 }}
            aria-label={t('dashboard.period')}
            data={PERIODS.map((value) => ({ value, label: t(`dashboard.periods.${value}`) }))}
            value={period}
            allowDeselect={false}
            onChange={(next) =>
              void navigate({ to: '/dashboard', search: { period: next ?? undefined } })
            }
          />
        )}
      </PageHead>
      {readable ? (
        <Board meta={meta} period={period} />
      ) : (
        <Empty icon={IconChartBar} title={t('dashboard.noRight')} />
      )}
    </>
  )
}

function Board({ meta, period }: { meta: ObjectMeta; period: Period }) {
  const { t } = useTranslation()
  const { timezone } = useFormat()
  const { figures, steps, ready, error: failed } = usePipeline(meta)
  const { data, error } = useFigures(meta, steps, period, timezone)
  const money = hasMoney(meta)
  useWatch(meta, '*')
  if (failed || error) return <Failure error={failed ?? error} />
  return (
    <div
      className={clsx(classes.dashboard, !money && classes.counts)}
      role="region"
      aria-label={t('shell.dashboard')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region is reached by keyboard
      tabIndex={0}
    >
      <KpiRow
        path={meta.path}
        period={period}
        steps={steps}
        stages={ready ? figures : null}
        figures={data}
        money={money}
      />
      <CashRow period={period} />
      <ChartTiles
        path={meta.path}
        period={period}
        steps={steps}
        stages={ready ? figures : null}
        figures={data}
        money={money}
      />
      {ready && money && <TopDeals meta={meta} filter={stagesOf(steps, 'open')} />}
    </div>
  )
}
