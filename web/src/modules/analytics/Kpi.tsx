import { Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { FilterNode } from '@/api/types'
import { IconArrowDownRight, IconArrowUpRight } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import classes from './Dashboard.module.css'

interface Props {
  label: string
  value: string | null
  title?: string
  hint?: string
  path: string
  filter: FilterNode
  /** Now and in the period before; absent where nothing is compared. */
  versus?: [number, number]
  /** Columns of the grid of twelve; 3 unless said. */
  span?: 3 | 4
  /** It should not be so. */
  bad?: boolean
}

/** One figure: a click leads to the records behind it. */
export function Kpi({ label, value, title, hint, path, filter, versus, span, bad }: Props) {
  return (
    <Link
      to="/$path"
      params={{ path }}
      search={{ filter }}
      className={classes.kpi}
      data-span={span}
      data-bad={bad || undefined}
    >
      <span className="dim">{label}</span>
      {value === null ? (
        <Skeleton height={26} width={110} my={4} />
      ) : (
        <b className="num" title={title}>
          {value}
        </b>
      )}
      <small>
        {versus && value !== null && <Delta now={versus[0]} before={versus[1]} />}
        {versus && value !== null && hint && (
          <span className={classes.dot} aria-hidden>
            ·
          </span>
        )}
        {hint && <span className="dim3">{hint}</span>}
      </small>
    </Link>
  )
}

function Delta({ now, before }: { now: number; before: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!before) return <span className="dim3">{t('dashboard.noBase')}</span>
  const share = (now - before) / before
  const Sign = share < 0 ? IconArrowDownRight : IconArrowUpRight
  const options = { style: 'percent', maximumFractionDigits: 1 } as const
  return (
    <span className={classes.delta} data-up={share >= 0 || undefined}>
      <Sign size={13} aria-hidden />
      {format.number(Math.round(share * 1000) / 1000, { ...options, signDisplay: 'exceptZero' })}
      <span className="dim3">{t('dashboard.versus')}</span>
    </span>
  )
}
