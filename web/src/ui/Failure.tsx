import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { Empty } from './Empty'
import { IconAlertTriangle, IconSearch } from './icons'
import { messageOf } from './toast'

/** A page or part that could not be loaded, said in words, with a way on. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation()
  if (isApiError(error) && error.status === 404) {
    return (
      <Empty icon={IconSearch} title={t('common.notFoundTitle')} hint={t('common.notFoundHint')}>
        <Button component={Link} to="/">
          {t('common.goHome')}
        </Button>
      </Empty>
    )
  }
  return (
    <Empty icon={IconAlertTriangle} title={t('common.errorTitle')} hint={messageOf(error)}>
      {retry && <Button onClick={retry}>{t('common.retry')}</Button>}
    </Empty>
  )
}
