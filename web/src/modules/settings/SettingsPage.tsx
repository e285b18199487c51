import { useTranslation } from 'react-i18next'
import { IconSettings } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'

export default function SettingsPage() {
  const { t } = useTranslation()
  return <PageHead icon={IconSettings} title={t('shell.settings')} />
}
