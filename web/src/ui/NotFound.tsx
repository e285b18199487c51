import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Empty } from './Empty'
import classes from './Empty.module.css'
import { IconSearch } from './icons'
import { useDocumentTitle } from './useDocumentTitle'

export function NotFound() {
  const { t } = useTranslation()
  useDocumentTitle(t('common.notFoundTitle'))
  return (
    <div className={classes.whole}>
      <Empty
        icon={IconSearch}
        title={t('common.notFoundTitle')}
        hint={t('common.notFoundHint')}
        heading
      >
        <Button component={Link} to="/">
          {t('common.goHome')}
        </Button>
      </Empty>
    </div>
  )
}
