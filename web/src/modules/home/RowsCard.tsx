import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import type { FilterNode } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { fieldOf, fieldsOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Section } from '@/ui/Section'
import { useFormat } from '@/ui/useFormat'
import { todayIn } from '@/ui/zoned'
import classes from './Home.module.css'
import { RowLink } from './RowLink'

const SHOWN = 6

interface Props {
  meta: ObjectMeta
  title: string
  none: string
  filter: FilterNode
  sort: string
  below: string[]
  end: string
  /** The field with the day on which it should have happened. */
  due?: string
}

/** The first records that meet a filter, with facts below and one at the end of each. */
export function RowsCard({ meta, title, none, filter, sort, below, end, due }: Props) {
  const { t } = useTranslation()
  const { data, error } = useQuery(rowsQuery(meta, { filter, sort, limit: SHOWN, count: 'none' }))
  const last = fieldOf(meta, end)
  const today = todayIn(useFormat().timezone)
  if (error) return null
  return (
    <Section
      title={title}
      action={
        <Link to="/$path" params={{ path: meta.path }} search={{ filter }} className={classes.more}>
          {t('home.all')}
        </Link>
      }
    >
      {!data && <PartSkeleton height={34} />}
      {data && !data.items.length && <p className={classes.none}>{none}</p>}
      <ul className={classes.rows}>
        {data?.items.map((row) => (
          <li key={row.id}>
            <RowLink
              path={meta.path}
              id={row.id}
              name={row.name}
              below={fieldsOf(meta, below).map((field) => (
                <span
                  key={field.key}
                  className={classes.fact}
                  data-late={(field.key === due && String(row[field.key]) < today) || undefined}
                >
                  <FieldCell field={field} value={row[field.key]} short />
                </span>
              ))}
              end={
                last && (
                  <b className={classes.amount}>
                    <FieldCell field={last} value={row[end]} short />
                  </b>
                )
              }
            />
          </li>
        ))}
      </ul>
    </Section>
  )
}
