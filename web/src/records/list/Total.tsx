import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Count } from '@/api/types'
import { useFormat } from '@/ui/useFormat'
import classes from './List.module.css'

/** The number of records; "1,000+" counts exactly when pressed. */
export function Total({ count, askExact }: { count: Count | undefined; askExact?: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!count) return null
  const total = format.number(count.value)
  if (!count.capped || !askExact) {
    const words = count.capped
      ? t('list.totalCapped', { total })
      : t('list.total', { count: count.value, total })
    return <span className="num">{words}</span>
  }
  return (
    <UnstyledButton
      className={`num ${classes.total}`}
      title={t('list.countExactly')}
      onClick={askExact}
    >
      {t('list.totalCapped', { total })}
    </UnstyledButton>
  )
}
