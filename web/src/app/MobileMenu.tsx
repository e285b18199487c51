import { Drawer } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Sidebar } from './Sidebar'

/** The side bar of a phone, over the page. */
export default function MobileMenu({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Drawer
      opened
      onClose={onClose}
      size={288}
      withCloseButton={false}
      padding={0}
      styles={{ body: { height: '100%' } }}
      attributes={{ content: { 'aria-label': t('shell.menu') } }}
    >
      <Sidebar mini={false} />
    </Drawer>
  )
}
