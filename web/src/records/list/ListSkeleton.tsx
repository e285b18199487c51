import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './List.module.css'

const ROWS = Array.from({ length: 14 }, (_, index) => index)

/** The outline of a list while its first page is on the way. */
export function ListSkeleton() {
  const { t } = useTranslation()
  return (
    <div className={classes.skeleton} role="status" aria-label={t('common.loading')}>
      {ROWS.map((row) => (
        <div key={row}>
          <Skeleton width={16} height={16} />
          <Skeleton width={`${18 + ((row * 7) % 14)}%`} height={13} />
          <Skeleton width="9%" height={18} />
          <Skeleton width="11%" height={13} />
          <Skeleton width="14%" height={13} />
        </div>
      ))}
    </div>
  )
}
