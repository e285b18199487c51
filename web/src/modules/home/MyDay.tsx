import { useTranslation } from 'react-i18next'
import { IconHome } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'

export default function MyDay() {
  const { t } = useTranslation()
  return <PageHead icon={IconHome} title={t('shell.home')} />
}
