import { useTranslation } from 'react-i18next'
import { IconChartBar } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'

export default function Dashboard() {
  const { t } = useTranslation()
  return <PageHead icon={IconChartBar} title={t('shell.dashboard')} />
}
