import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import type { FilterNode } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { fieldsOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import classes from './Dashboard.module.css'

const MANY = 7
/** The largest records under a filter, in a small table. */
export function TopDeals({ meta, filter }: { meta: ObjectMeta; filter: FilterNode }) {
  const { t } = useTranslation()
  const { data } = useQuery(
    rowsQuery(meta, { filter, sort: '-amount', limit: MANY, count: 'none' }),
  )
  const fields = fieldsOf(meta, ['stage', 'owner', 'amount'])
  const title = t('dashboard.top')
  return (
    <section className={clsx(classes.tile, classes.w5)} aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      {!data && <Skeleton height={220} />}
      {data && (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{meta.label}</th>
              {fields.map((field) => (
                <th scope="col" key={field.key} data-key={field.key}>
                  {field.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.items.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  <Link
                    to="/$path/$id"
                    params={{ path: meta.path, id: row.id }}
                    className="person link"
                  >
                    <Avatar name={row.name} size={18} square />
                    <span className="trunc">{row.name}</span>
                  </Link>
                </th>
                {fields.map((field) => (
                  <td key={field.key} data-key={field.key}>
                    <FieldCell field={field} value={row[field.key]} short />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
