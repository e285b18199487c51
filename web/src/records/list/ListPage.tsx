import { metadataIcon } from '@/ui/metadataIcons'
import { NotFound } from '@/ui/NotFound'
import { PageHead } from '@/ui/PageHead'
import { useRouteObject } from '../useRouteObject'

export default function ListPage() {
  const meta = useRouteObject()
  if (!meta) return <NotFound />
  return <PageHead icon={metadataIcon(meta.icon)} title={meta.label_plural} />
}
