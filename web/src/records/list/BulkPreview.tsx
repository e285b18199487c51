import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bulkPreviewQuery } from '@/api/records'
import type { BulkRequest } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { useFormat } from '@/ui/useFormat'

interface Props {
  meta: ObjectMeta
  target: BulkRequest
  deleting?: boolean
}

/** Says beforehand how many of the chosen records may be changed, and how many stay as they are. */
export function BulkPreview({ meta, target, deleting = false }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(bulkPreviewQuery(meta, target, deleting))
  if (!data) return <p className="dim">{t('list.bulkCounting')}</p>
  const { total, allowed } = data
  const left = total - allowed
  return (
    <p className={left ? undefined : 'dim'} role="status">
      {left
        ? t('list.bulkSome', { allowed: format.number(allowed), left: format.number(left) })
        : t('list.bulkAll', { allowed: format.number(allowed) })}
    </p>
  )
}
