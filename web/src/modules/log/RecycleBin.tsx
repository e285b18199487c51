import { useTranslation } from 'react-i18next'
import { IconTrash } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'

export default function RecycleBin() {
  const { t } = useTranslation()
  return <PageHead icon={IconTrash} title={t('shell.recycleBin')} />
}
