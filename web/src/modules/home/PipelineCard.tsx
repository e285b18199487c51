import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { FilterNode, Me } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Failure } from '@/ui/Failure'
import { Section } from '@/ui/Section'
import { useFormat } from '@/ui/useFormat'
import { hasMoney, type StageFigure, usePipeline } from '../sales/usePipeline'
import classes from './Home.module.css'
import { reachOf } from './reach'

const LEAST = 2
/** Open stages as bars of their value; each leads to its records. */
export function PipelineCard({ meta, home }: { meta: ObjectMeta; home: Me['home'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const reach = reachOf(home)
  const { figures, ready, error } = usePipeline(meta, reach)
  const total = figures.reduce((sum, { amount }) => sum + amount, 0)
  const money = hasMoney(meta)
  const weight = ({ amount, count }: StageFigure) => (money ? amount : count)
  const most = Math.max(1, ...figures.map(weight))
  const filterOf = (stage: string): FilterNode => ({
    all: [...(reach ? [reach] : []), { field: 'stage', op: 'in', value: [stage] }],
  })
  const wide = home === 'executive' || home === 'admin'
  const title = wide ? 'home.allPipeline' : home === 'manager' ? 'home.teamPipeline' : null
  return (
    <Section
      title={t(title ?? 'home.myPipeline')}
      action={
        <Link to="/$path/board" params={{ path: meta.path }} className={classes.more}>
          {t('shell.board')}
        </Link>
      }
    >
      {error && <Failure error={error} />}
      {!ready && !error && <PartSkeleton height={28} />}
      {ready && !figures.some(({ count }) => count) && (
        <p className={classes.none}>{t('home.noPipeline')}</p>
      )}
      {ready && total > 0 && (
        <p className={classes.total}>
          <b className="num" title={format.amount(total)}>
            {format.amount(total, true)}
          </b>
          <span className="dim3">{t('home.openValue')}</span>
        </p>
      )}
      {ready && figures.some(({ count }) => count) && (
        <ul className={classes.bars}>
          {figures.map((figure) => (
            <li key={figure.step.id}>
              <Link
                to="/$path"
                params={{ path: meta.path }}
                search={{ filter: filterOf(figure.step.id) }}
                className={classes.bar}
              >
                <Bar figure={figure} share={weight(figure) / most} money={money} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

/** A stage in its bar; `share` is of the largest stage, from 0 to 1. */
function Bar({ figure, share, money }: { figure: StageFigure; share: number; money: boolean }) {
  const format = useFormat()
  const { step, count, amount } = figure
  return (
    <>
      <span className={classes.barName}>
        <span className="trunc">{step.name}</span>
        {money && <span className="dim3 num">{format.number(count)}</span>}
      </span>
      <span className={classes.track} aria-hidden>
        <i
          style={{
            width: `${share ? Math.max(LEAST, share * 100) : 0}%`,
            background: `var(--t-${step.colour})`,
          }}
        />
      </span>
      <span className="num" title={money ? format.amount(amount) : undefined}>
        {money ? format.amount(amount, true) : format.number(count)}
      </span>
    </>
  )
}
