import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import { useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { Section } from '@/ui/Section'
import { Time } from '@/ui/Time'
import classes from './Home.module.css'
import { RowLink } from './RowLink'

const SHOWN = 4
/** The customers that came last, for those who may see any. */
export function Newest() {
  const meta = useObject('account')
  return meta?.rights.read ? <List meta={meta} /> : null
}

function List({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const { data } = useQuery(rowsQuery(meta, { sort: '-created_at', limit: SHOWN, count: 'none' }))
  if (!data?.items.length) return null
  return (
    <Section title={t('home.newest', { object: meta.label_plural })}>
      <ul className={classes.rows}>
        {data.items.map((row) => (
          <li key={row.id}>
            <RowLink
              path={meta.path}
              id={row.id}
              name={row.name}
              below={row.owner?.name}
              end={<Time at={String(row.created_at)} />}
            />
          </li>
        ))}
      </ul>
    </Section>
  )
}
