import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { FilterNode } from '@/api/types'
import { Chart } from '@/ui/Chart'
import { monthName } from '@/ui/months'
import { useFormat } from '@/ui/useFormat'
import { expectedChart, ownersChart, scaleOf, stagesChart, trendChart } from './charts'
import classes from './Dashboard.module.css'
import type { FigureProps } from './KpiRow'
import { Tile, type TileRow } from './Tile'
import { closedIn, inMonth, type MonthFigure, stagesOf } from './useFigures'

const HIGH = 264
const LOW = 244
const NO_MONTHS: MonthFigure[] = []

function useRows({ period, steps, stages, figures, money }: FigureProps) {
  const format = useFormat()
  const row = (
    key: string,
    name: string,
    figure: { amount: number; count: number },
    filter: FilterNode,
  ): TileRow => ({
    key,
    name,
    amount: money ? format.amount(figure.amount) : undefined,
    count: format.number(figure.count),
    filter,
  })
  const won = stagesOf(steps, 'won')
  const open = stagesOf(steps, 'open')
  return {
    trend: (figures?.trend ?? NO_MONTHS).map((one) =>
      row(one.month, monthName(format, one.month, true), one, {
        all: [won, inMonth('closed_on', one.month)],
      }),
    ),
    expected: (figures?.expected ?? NO_MONTHS).map((one) =>
      row(one.month, monthName(format, one.month, true), one, {
        all: [open, inMonth('expected_close_date', one.month)],
      }),
    ),
    stages: (stages ?? []).map((one) =>
      row(one.step.id, one.step.name, one, {
        all: [{ field: 'stage', op: 'in', value: [one.step.id] }],
      }),
    ),
    owners: (figures?.owners ?? []).map((one) =>
      row(one.owner.id, one.owner.name, one, {
        all: [won, closedIn(period), { field: 'owner', op: 'in', value: [one.owner.id] }],
      }),
    ),
  }
}

/** Won by month, open by stage, owners, expected: a click on a figure opens the list behind it. */
export function ChartTiles(props: FigureProps) {
  const { path, stages, figures, money } = props
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate()
  const rows = useRows(props)
  const builds = useMemo(() => {
    const scale = scaleOf(format, money)
    return {
      trend: trendChart(figures?.trend ?? NO_MONTHS, scale),
      expected: expectedChart(figures?.expected ?? NO_MONTHS, scale),
      owners: ownersChart(figures?.owners ?? [], scale),
      stages: stagesChart(stages ?? [], scale),
    }
  }, [figures, stages, format, money])
  const pick = (of: TileRow[]) => (index: number) => {
    const filter = of[index]?.filter
    if (filter) void navigate({ to: '/$path', params: { path }, search: { filter } })
  }
  const chart = (key: keyof typeof builds, label: string, height: number, ready: boolean) =>
    ready && !rows[key].length ? (
      <p className={classes.nothing}>{t('dashboard.nothing')}</p>
    ) : (
      <Chart {...{ label, height, ready }} build={builds[key]} onPick={pick(rows[key])} />
    )
  const tile = { path }
  const month = t('dashboard.month')
  const loaded = figures !== null
  return (
    <>
      <Tile {...tile} span={8} title={t('dashboard.trend')} heading={month} rows={rows.trend}>
        {chart('trend', t('dashboard.trend'), HIGH, loaded)}
      </Tile>
      <Tile
        {...tile}
        span={4}
        title={t('dashboard.stages')}
        heading={t('record.path')}
        rows={rows.stages}
      >
        {chart('stages', t('dashboard.stages'), HIGH, stages !== null)}
      </Tile>
      <Tile
        {...tile}
        span={4}
        title={t('dashboard.owners')}
        heading={t('activity.assignee')}
        rows={rows.owners}
      >
        {chart('owners', t('dashboard.owners'), LOW, loaded)}
      </Tile>
      <Tile
        {...tile}
        span={money ? 3 : 8}
        title={t('dashboard.expected')}
        heading={month}
        rows={rows.expected}
      >
        {chart('expected', t('dashboard.expected'), LOW, loaded)}
      </Tile>
    </>
  )
}
