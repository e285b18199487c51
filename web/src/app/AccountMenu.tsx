import { Menu, UnstyledButton } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { keys } from '@/api/keys'
import { signOut, useMe } from '@/api/session'
import {
  LANGUAGES,
  type Theme,
  useLanguageChoice,
  useThemeChoice,
} from '@/modules/settings/appearance'
import { Avatar } from '@/ui/Avatar'
import {
  IconCheck,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSettings,
  IconSun,
} from '@/ui/icons'
import { toastError } from '@/ui/toast'
import { queryClient } from './queryClient'
import classes from './Shell.module.css'

const THEMES: {
  value: Theme
  icon: typeof IconSun
  name: 'themeLight' | 'themeDark' | 'themeAuto'
}[] = [
  { value: 'light', icon: IconSun, name: 'themeLight' },
  { value: 'dark', icon: IconMoon, name: 'themeDark' },
  { value: 'auto', icon: IconDeviceDesktop, name: 'themeAuto' },
]

export function AccountMenu({ mini }: { mini: boolean }) {
  const { t } = useTranslation()
  const me = useMe()
  const { theme, choose } = useThemeChoice()
  const language = useLanguageChoice()
  const navigate = useNavigate()
  const leave = async () => {
    try {
      await signOut()
    } catch (error) {
      return toastError(error)
    }
    // The shell goes first: whatever it shows would ask again for what is removed below it.
    queryClient.setQueryData(keys.me, null)
    await navigate({ to: '/login' })
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.me[0] })
  }
  const chosen = <IconCheck size={14} />
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.me} aria-label={t('shell.account')}>
          <Avatar name={me.user.name} size={22} />
          {!mini && <span className="trunc">{me.user.name}</span>}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.user.email}</Menu.Label>
        <Menu.Item
          leftSection={<IconSettings size={15} />}
          onClick={() => void navigate({ to: '/settings/$', params: { _splat: '' } })}
        >
          {t('shell.settings')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('shell.theme')}</Menu.Label>
        {THEMES.map(({ value, icon: Sign, name }) => (
          <Menu.Item
            key={value}
            leftSection={<Sign size={15} />}
            rightSection={theme === value && chosen}
            onClick={() => choose(value)}
          >
            {t(`shell.${name}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('shell.language')}</Menu.Label>
        {LANGUAGES.map(({ value, label }) => (
          <Menu.Item
            key={value}
            lang={value}
            rightSection={language.locale === value && chosen}
            onClick={() => language.choose(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void leave()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
