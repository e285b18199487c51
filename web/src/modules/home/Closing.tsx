import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import type { Me } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { fieldOf, sortBy } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Section } from '@/ui/Section'
import { useFormat } from '@/ui/useFormat'
import { todayIn } from '@/ui/zoned'
import classes from './Home.module.css'
import { RowLink } from './RowLink'
import { reachOf } from './reach'

const SHOWN = 8
/** Open opportunities expected to close this month: the largest first, or the next to close. */
export function Closing({ meta, home }: { meta: ObjectMeta; home: Me['home'] }) {
  const { t } = useTranslation()
  const reach = reachOf(home)
  const filter = {
    all: [
      { field: 'stage.kind', op: 'is', value: 'open' },
      { field: 'expected_close_date', op: 'in_period', value: 'this_month' },
      ...(reach ? [reach] : []),
    ],
  }
  const sort = sortBy(meta, '-amount') ?? sortBy(meta, 'expected_close_date')
  const { data, error } = useQuery(rowsQuery(meta, { filter, sort, limit: SHOWN, count: 'none' }))
  const [stage, amount, date] = ['stage', 'amount', 'expected_close_date'].map((key) =>
    fieldOf(meta, key),
  )
  const today = todayIn(useFormat().timezone)
  if (error) return null
  return (
    <Section title={t('home.closing')}>
      {!data && <PartSkeleton height={34} />}
      {data && !data.items.length && <p className={classes.none}>{t('home.noClosing')}</p>}
      <ul className={classes.rows}>
        {data?.items.map((row) => (
          <li key={row.id}>
            <RowLink
              path={meta.path}
              id={row.id}
              name={row.name}
              below={
                date && (
                  <span
                    className={classes.fact}
                    data-late={String(row.expected_close_date) < today || undefined}
                  >
                    <FieldCell field={date} value={row.expected_close_date} short />
                  </span>
                )
              }
              end={
                <>
                  <span className={classes.stage}>
                    {stage && <FieldCell field={stage} value={row.stage} />}
                  </span>
                  {amount && (
                    <b className={classes.amount}>
                      <FieldCell field={amount} value={row.amount} short />
                    </b>
                  )}
                </>
              }
            />
          </li>
        ))}
      </ul>
    </Section>
  )
}
