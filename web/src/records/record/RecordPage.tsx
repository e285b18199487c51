import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Navigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useWatch } from '@/api/live'
import { recordQuery } from '@/api/records'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { Failure } from '@/ui/Failure'
import { NotFound } from '@/ui/NotFound'
import { useDocumentTitle } from '@/ui/useDocumentTitle'
import { pageOf } from '../layout/page'
import { VisitNote } from '../past/VisitNote'
import { VisitContext } from '../past/visit'
import { useRuled } from '../rules/useRuled'
import { Slot } from '../slots'
import { useRouteObject } from '../useRouteObject'
import { Centre } from './Centre'
import { Details } from './Details'
import classes from './Record.module.css'
import { RecordHead } from './RecordHead'
import { RelatedCards, useHasRelated } from './Related'
import { useRemember } from './useRemember'
import { useZones } from './useZones'

const PastPage = lazy(() => import('../past/PastPage'))

export default function RecordPage() {
  const meta = useRouteObject()
  const { id } = useParams({ strict: false })
  if (!meta || !id) return <NotFound />
  return <Loaded key={id} meta={meta} id={id} />
}

function Loaded({ meta, id }: { meta: ObjectMeta; id: string }) {
  const { as_of: asOf } = useSearch({ strict: false })
  const { data, error, refetch } = useQuery(recordQuery(meta, id))
  useWatch(meta, [id])
  const visit = useRemember(meta.object, id, data)
  useDocumentTitle(data?.name ?? meta.label)
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />
  // It was merged: the old address leads to the record that stayed.
  if (data && data.id !== id) {
    return <Navigate to="/$path/$id" params={{ path: meta.path, id: data.id }} replace />
  }
  if (!data) return <Outline />
  return asOf ? (
    <Suspense fallback={<Outline />}>
      <PastPage meta={meta} record={data} day={asOf} />
    </Suspense>
  ) : (
    <VisitContext value={visit}>
      <Page meta={meta} record={data} />
    </VisitContext>
  )
}

/** Three zones on a wide screen, two on a narrow one, one on a phone. */
function Page({ meta: whole, record }: { meta: ObjectMeta; record: RecordData }) {
  const { t } = useTranslation()
  const meta = useRuled(whole, record, record)
  const room = useZones(meta)
  // an empty column is given to the middle
  const related = useHasRelated(meta, record)
  const zones = room === 3 && !related ? 2 : room
  const beside = pageOf(meta, 'record', record).tabs.some(({ aside }) => aside)
  return (
    <div className={classes.page}>
      <RecordHead meta={meta} record={record} />
      <VisitNote meta={meta} record={record} />
      <Slot name="record_banner" props={{ meta, record }} />
      <div className={classes.zones} data-zones={zones} data-bare={beside ? undefined : true}>
        {zones > 1 && beside && (
          <aside className={classes.left} aria-label={t('record.details')}>
            <Details meta={meta} record={record} />
          </aside>
        )}
        <Centre meta={meta} record={record} zones={zones} />
        {zones > 2 && (
          <aside className={classes.right} aria-label={t('record.related')}>
            <RelatedCards meta={meta} record={record} />
          </aside>
        )}
      </div>
    </div>
  )
}

const LINES = ['70%', '88%', '64%', '80%', '92%', '58%']
function Outline() {
  return (
    <div className={classes.page} aria-busy>
      <div className={classes.head}>
        <Skeleton height={30} width={260} />
        <Skeleton height={18} width="60%" mt={16} />
        <Skeleton height={30} mt={16} />
      </div>
      <div className={classes.outline}>
        {LINES.map((width) => (
          <Skeleton key={width} height={16} width={width} />
        ))}
      </div>
    </div>
  )
}
