import { useTranslation } from 'react-i18next'
import type { Step } from '@/fields/steps'
import { useFormat } from '@/ui/useFormat'
import type { StageFigure } from '../sales/usePipeline'
import { Kpi } from './Kpi'
import { closedIn, type Period, stagesOf, type useFigures } from './useFigures'

export interface FigureProps {
  path: string
  period: Period
  steps: Step[]
  stages: StageFigure[] | null
  figures: ReturnType<typeof useFigures>['data']
  /** Whether amounts are shown; else counts alone. */
  money: boolean
}

const share = ({ won, lost }: { won: number; lost: number }) => won / Math.max(1, won + lost)
const average = ({ amount, won }: { amount: number; won: number }) => (won ? amount / won : 0)

/** Open value, won, win rate and average, each against the period before; counts without money. */
export function KpiRow({ path, period, steps, stages, figures, money }: FigureProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const open = stages?.reduce((sum, { amount }) => sum + amount, 0) ?? null
  const count = stages?.reduce((sum, one) => sum + one.count, 0) ?? 0
  const now = figures?.now
  const before = figures?.before
  const won = { all: [stagesOf(steps, 'won'), closedIn(period)] }
  const closed = { all: [stagesOf(steps, 'won', 'lost'), closedIn(period)] }
  const compared = (figure: (of: NonNullable<typeof now>) => number) =>
    now && before ? ([figure(now), figure(before)] as [number, number]) : undefined
  const percent = { style: 'percent', maximumFractionDigits: 1 } as const
  const short = (value: number | null | undefined) =>
    value === null || value === undefined ? null : format.amount(Math.round(value), true)
  return (
    <>
      <Kpi
        label={t(money ? 'dashboard.open' : 'dashboard.openDeals')}
        value={money ? short(open) : stages && format.number(count)}
        title={money && open !== null ? format.amount(open) : undefined}
        hint={money ? t('dashboard.openCount', { count }) : undefined}
        path={path}
        filter={{ all: [stagesOf(steps, 'open')] }}
      />
      <Kpi
        label={t(money ? 'dashboard.won' : 'dashboard.wonDeals')}
        value={money ? short(now?.amount) : now ? format.number(now.won) : null}
        title={money && now ? format.amount(now.amount) : undefined}
        hint={money ? t('dashboard.wonCount', { count: now?.won ?? 0 }) : undefined}
        path={path}
        filter={won}
        versus={compared(({ amount, won }) => (money ? amount : won))}
      />
      <Kpi
        label={t('dashboard.rate')}
        value={now ? format.number(Math.round(share(now) * 1000) / 1000, percent) : null}
        hint={t('dashboard.rateHint', { won: now?.won ?? 0, lost: now?.lost ?? 0 })}
        path={path}
        filter={closed}
        versus={compared(share)}
      />
      {money && (
        <Kpi
          label={t('dashboard.average')}
          value={now ? short(average(now)) : null}
          hint={t('dashboard.averageHint')}
          path={path}
          filter={won}
          versus={compared(average)}
        />
      )}
    </>
  )
}
