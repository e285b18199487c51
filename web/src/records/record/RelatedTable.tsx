import { UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { aggregateQuery } from '@/api/records'
import type { FilterNode, RecordData } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import { canSum, sortBy } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { IconArrowDown, IconArrowUp } from '@/ui/icons'
import { titleField } from '../list/columns'
import { FigureText } from '../list/FigureCell'
import classes from './RelatedTable.module.css'

interface Props {
  meta: ObjectMeta
  label: string
  columns: Field[]
  rows: RecordData[]
  filter: FilterNode
  sort: string | undefined
  onSort: (sort: string) => void
}

/** Related records as a small table; a click on a head sorts, figures are summed over all. */
export function RelatedTable({ meta, label, columns, rows, filter, sort, onSort }: Props) {
  const title = titleField(meta)
  const summed = columns.filter(({ key }) => canSum(meta, key)).map(({ key }) => key)
  const heads = [title, ...columns]
  return (
    <div className={classes.room}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {heads.map((field) => (
              <Head key={field.key} {...{ meta, field, sort, onSort }} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <Link to="/$path/$id" params={{ path: meta.path, id: row.id }}>
                  {row.name || '—'}
                </Link>
              </th>
              {columns.map((field) => (
                <td key={field.key} data-align={kindOf(field).align}>
                  <FieldCell field={field} value={row[field.key]} record={row} short />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {summed.length > 0 && rows.length > 1 && <Sums {...{ meta, columns, summed, filter }} />}
      </table>
    </div>
  )
}

interface HeadProps extends Pick<Props, 'meta' | 'sort' | 'onSort'> {
  field: Field
}
function Head({ meta, field, sort, onSort }: HeadProps) {
  const { key, label } = field
  const { align } = kindOf(field)
  const down = sort === `-${key}`
  const sorted = down || sort === key
  const Arrow = down ? IconArrowDown : IconArrowUp
  if (!sortBy(meta, key))
    return (
      <th scope="col" data-align={align}>
        <span className="trunc">{label}</span>
      </th>
    )
  // figures are looked for from the largest on
  const first = align === 'end' ? `-${key}` : key
  const next = sorted ? (down ? key : `-${key}`) : first
  return (
    <th
      scope="col"
      data-align={align}
      aria-sort={sorted ? (down ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton className={classes.sort} onClick={() => onSort(next)}>
        <span className="trunc">{label}</span>
        {sorted && <Arrow size={12} aria-hidden />}
      </UnstyledButton>
    </th>
  )
}

interface SumsProps extends Pick<Props, 'meta' | 'columns' | 'filter'> {
  summed: string[]
}
/** Of all records that point here, not only of those that are shown. */
function Sums({ meta, columns, summed, filter }: SumsProps) {
  const { t } = useTranslation()
  const measures = summed.map((field) => ({ op: 'sum' as const, field }))
  const { data } = useQuery(aggregateQuery(meta, { filter, group: [], measures }))
  const values = data?.rows[0]?.values
  if (!values) return null
  return (
    <tfoot>
      <tr>
        <th scope="row">{t('list.figures.sum')}</th>
        {columns.map((field) => (
          <td key={field.key} data-align={kindOf(field).align}>
            {summed.includes(field.key) && (
              <FigureText field={field} op="sum" value={values[summed.indexOf(field.key)]} />
            )}
          </td>
        ))}
      </tr>
    </tfoot>
  )
}
