import { useTranslation } from 'react-i18next'
import { IconUpload } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'

export default function ImportPage() {
  const { t } = useTranslation()
  return <PageHead icon={IconUpload} title={t('shell.imports')} />
}
