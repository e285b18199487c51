import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { recordQuery } from '@/api/records'
import type { ObjectMeta } from '@/metadata/types'
import { Failure } from '@/ui/Failure'
import { metadataIcon } from '@/ui/metadataIcons'
import { NotFound } from '@/ui/NotFound'
import { PageHead } from '@/ui/PageHead'
import { useRouteObject } from '../useRouteObject'

export default function RecordPage() {
  const meta = useRouteObject()
  const { id } = useParams({ strict: false })
  if (!meta || !id) return <NotFound />
  return <Loaded meta={meta} id={id} />
}

function Loaded({ meta, id }: { meta: ObjectMeta; id: string }) {
  const { data, error, refetch } = useQuery(recordQuery(meta, id))
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return <PageHead icon={metadataIcon(meta.icon)} title={data?.name ?? meta.label} />
}
