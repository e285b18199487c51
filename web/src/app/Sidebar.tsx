import { ActionIcon, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { useTranslation } from 'react-i18next'
import { useMe } from '@/api/session'
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSearch } from '@/ui/icons'
import { AccountMenu } from './AccountMenu'
import { Bell } from './Bell'
import { Navigation } from './Navigation'
import classes from './Shell.module.css'

interface Props {
  mini: boolean
  onToggle?: () => void
}

const COMMAND_KEY = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'

export function Sidebar({ mini, onToggle }: Props) {
  const { t } = useTranslation()
  const { settings } = useMe()
  const company = settings.company_name || t('common.appName')
  const Toggle = mini ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse
  const toggleName = mini ? t('shell.expand') : t('shell.collapse')
  return (
    <nav className={classes.side} data-mini={mini || undefined} aria-label={t('shell.menu')}>
      <div className={classes.top}>
        <span className={classes.mark} aria-hidden>
          {[...company][0]}
        </span>
        {!mini && <b className={`trunc grow ${classes.company}`}>{company}</b>}
        {!mini && <Bell />}
        {!mini && onToggle && (
          <ActionIcon aria-label={toggleName} title={`${toggleName}  [`} onClick={onToggle}>
            <Toggle size={16} stroke={1.7} />
          </ActionIcon>
        )}
      </div>
      <UnstyledButton
        className={classes.search}
        data-search
        onClick={() => spotlight.open()}
        aria-label={t('common.search')}
      >
        <IconSearch size={15} stroke={1.8} />
        {!mini && (
          <>
            <span>{t('common.search')}</span>
            <kbd>{COMMAND_KEY}</kbd>
          </>
        )}
      </UnstyledButton>
      <Navigation mini={mini} />
      <div className={classes.foot}>
        {mini && onToggle && (
          <>
            <Bell />
            <ActionIcon aria-label={toggleName} onClick={onToggle}>
              <Toggle size={16} stroke={1.7} />
            </ActionIcon>
          </>
        )}
        <AccountMenu mini={mini} />
      </div>
    </nav>
  )
}
