import { useTranslation } from 'react-i18next'
import { IconArrowBackUp } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'

export default function ChangeSets() {
  const { t } = useTranslation()
  return <PageHead icon={IconArrowBackUp} title={t('shell.changeSets')} />
}
