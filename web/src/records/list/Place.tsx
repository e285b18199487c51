import { useTranslation } from 'react-i18next'
import type { Count } from '@/api/types'
import { useFormat } from '@/ui/useFormat'

/** Which of how many a record is in its list: "3 / 202". */
export function Place({ place, count }: { place: number | null; count: Count | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (place === null || !count) return null
  // What came in since it was counted is not more than all.
  const total = format.number(Math.max(count.value, place))
  return (
    <small className="dim3 num" title={t('list.place')}>
      {format.number(place)} / {count.capped ? `${total}+` : total}
    </small>
  )
}
