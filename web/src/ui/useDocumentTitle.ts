import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

export function useDocumentTitle(title: string) {
  const { t } = useTranslation()
  const app = t('common.appName')
  useEffect(() => {
    document.title = title ? `${title} · ${app}` : app
  }, [title, app])
}
