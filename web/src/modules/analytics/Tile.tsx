import { ActionIcon } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import clsx from 'clsx'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FilterNode } from '@/api/types'
import { IconChartBar, IconList } from '@/ui/icons'
import classes from './Dashboard.module.css'

export interface TileRow {
  key: string
  name: string
  /** Absent for those who see counts alone. */
  amount?: string
  count: string
  filter: FilterNode
}
interface Props {
  title: string
  span: 4 | 5 | 3 | 8
  /** List that the figures lead to. */
  path: string
  heading: string
  rows: TileRow[]
  children: ReactNode
}

/** A chart with a table of the same figures behind it: the way for keyboard and screen reader. */
export function Tile({ title, span, path, heading, rows, children }: Props) {
  const { t } = useTranslation()
  const [table, setTable] = useState(false)
  const money = rows.some(({ amount }) => amount !== undefined)
  const Sign = table ? IconChartBar : IconList
  return (
    <section className={clsx(classes.tile, classes[`w${span}`])} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <ActionIcon
          size={24}
          aria-label={t(table ? 'dashboard.asChart' : 'dashboard.asTable', { name: title })}
          onClick={() => setTable(!table)}
        >
          <Sign size={14} />
        </ActionIcon>
      </header>
      {table ? (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{heading}</th>
              <th scope="col">{t('dashboard.count')}</th>
              {money && <th scope="col">{t('dashboard.amount')}</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">
                  <Link
                    to="/$path"
                    params={{ path }}
                    search={{ filter: row.filter }}
                    className="link"
                  >
                    {row.name}
                  </Link>
                </th>
                <td className="num">{row.count}</td>
                {money && <td className="num">{row.amount}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        children
      )}
    </section>
  )
}
