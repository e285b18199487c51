import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type FieldEntry, fieldHistoryQuery } from '@/api/past'
import type { Field, ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { Failure } from '@/ui/Failure'
import { Time } from '@/ui/Time'
import { BeforeAfter } from '../record/Changes'
import { PartSkeleton } from '../record/PartSkeleton'
import classes from './FieldHistory.module.css'

interface Props {
  meta: ObjectMeta
  id: string
  field: Field
}

/** The last changes of a fact; the rest comes when it is asked for. */
export default function HistoryEntries({ meta, id, field }: Props) {
  const { t } = useTranslation()
  const query = useInfiniteQuery(fieldHistoryQuery(meta, id, field.key))
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className={classes.box}>
      <h3>{field.label}</h3>
      {query.isPending && <PartSkeleton height={36} />}
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && !items.length && <p className="dim">{t('past.neverSet')}</p>}
      <ol>
        {items.map((entry) => (
          <Entry key={entry.id} meta={meta} field={field} entry={entry} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button
          fullWidth
          size="compact-sm"
          variant="subtle"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('past.showAll')}
        </Button>
      )}
    </div>
  )
}

const SOURCES = ['api', 'import', 'demo', 'undo', 'job', 'cli'] as const
function Entry({ meta, field, entry }: { meta: ObjectMeta; field: Field; entry: FieldEntry }) {
  const { t } = useTranslation()
  const name = entry.actor.name || t('record.systemUser')
  const source = SOURCES.find((one) => one === entry.source)
  const { before, after } = entry
  return (
    <li>
      <Avatar name={name} size={22} />
      <div>
        <p className={classes.who}>
          <span>
            <b>{name}</b>
            {entry.kind === 'create' && <span className="dim"> {t('past.madeWith')}</span>}
            {source && (
              <span className="dim3">
                {' '}
                · {t('record.via', { source: t(`record.sources.${source}`) })}
              </span>
            )}
          </span>
          <Time at={entry.at} />
        </p>
        <BeforeAfter
          meta={meta}
          change={{ field: field.key, label: field.label, before, after }}
          only={entry.kind === 'create' ? 'after' : undefined}
        />
      </div>
    </li>
  )
}
