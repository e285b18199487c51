import { ActionIcon, Menu } from '@mantine/core'
import { useRouterState } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { currentLocale } from '@/i18n'
import { helpPageOf, helpUrl } from './help'
import { IconExternalLink, IconFlag, IconHelpCircle } from './icons'
import { startTour } from './tour'

/** Help on the screen one is looking at, in the reader's language; the guide; the tour. */
export function HelpButton() {
  const { t } = useTranslation()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const page = (key: string, label: string, Sign: typeof IconHelpCircle) => (
    <Menu.Item
      component="a"
      href={helpUrl(currentLocale(), key)}
      target="_blank"
      rel="noopener"
      leftSection={<Sign size={15} />}
    >
      {label}
    </Menu.Item>
  )
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon aria-label={t('help.title')} title={t('help.title')}>
          <IconHelpCircle size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {page(helpPageOf(path), t('help.here'), IconHelpCircle)}
        {page('index', t('help.guide'), IconExternalLink)}
        <Menu.Divider />
        <Menu.Item leftSection={<IconFlag size={15} />} onClick={startTour}>
          {t('help.tour')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
