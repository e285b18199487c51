import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/ui/Failure'

export function RouteError({ error, reset }: { error: unknown; reset: () => void }) {
  return <Failure error={error} retry={reset} />
}

const WIDTHS = ['60%', '85%', '72%', '90%', '66%', '80%']
/** The outline of a page while its code or data is on the way. */
export function PagePending() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('common.loading')} style={{ padding: 16, width: '100%' }}>
      <Skeleton height={22} width={160} mb={24} />
      {WIDTHS.map((width) => (
        <Skeleton key={width} height={16} width={width} mb={16} />
      ))}
    </div>
  )
}
