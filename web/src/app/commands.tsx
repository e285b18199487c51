import type { SpotlightActionData } from '@mantine/spotlight'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePermission } from '@/api/session'
import { navigationGroups, useObjects } from '@/metadata/hooks'
import { useLanguageChoice, useThemeChoice } from '@/modules/settings/appearance'
import { openCreate } from '@/records/form/createStore'
import {
  type Icon,
  IconArrowBackUp,
  IconChartBar,
  IconCopyCheck,
  IconDeviceDesktop,
  IconHome,
  IconLanguage,
  IconLayoutKanban,
  IconMoon,
  IconPlus,
  IconSettings,
  IconSun,
  IconTrash,
  IconUpload,
  IconUserSearch,
} from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'

const sign = (Sign: Icon) => <Sign size={17} stroke={1.6} aria-hidden />

/** Every page the reader may open, lists and boards included. */
export function usePages(): SpotlightActionData[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const mayLookUp = usePermission('look_up')
  const objects = navigationGroups(useObjects()).flatMap((group) => group.objects)
  const page = (id: string, label: string, icon: Icon, open: () => unknown) => ({
    id: `page-${id}`,
    label,
    leftSection: sign(icon),
    onClick: () => void open(),
  })
  return [
    page('home', t('shell.home'), IconHome, () => navigate({ to: '/' })),
    page('dashboard', t('shell.dashboard'), IconChartBar, () => navigate({ to: '/dashboard' })),
    ...objects.flatMap((meta) => {
      const params = { path: meta.path }
      const list = page(meta.path, meta.label_plural, metadataIcon(meta.icon), () =>
        navigate({ to: '/$path', params }),
      )
      if (!meta.board) return [list]
      const name = t('shell.boardOf', { object: meta.label })
      const board = page(`${meta.path}-board`, name, IconLayoutKanban, () =>
        navigate({ to: '/$path/board', params }),
      )
      return [list, board]
    }),
    page('imports', t('shell.imports'), IconUpload, () => navigate({ to: '/imports' })),
    page('changes', t('shell.changeSets'), IconArrowBackUp, () => navigate({ to: '/change_sets' })),
    page('duplicates', t('shell.duplicates'), IconCopyCheck, () => navigate({ to: '/duplicates' })),
    ...(mayLookUp
      ? [page('lookup', t('shell.lookup'), IconUserSearch, () => navigate({ to: '/lookup' }))]
      : []),
    page('bin', t('shell.recycleBin'), IconTrash, () => navigate({ to: '/recycle_bin' })),
    page('settings', t('shell.settings'), IconSettings, () =>
      navigate({ to: '/settings/$', params: { _splat: '' } }),
    ),
  ]
}

/** What can be done from anywhere: create, theme, language. */
export function useCommands(): SpotlightActionData[] {
  const { t } = useTranslation()
  const creatable = navigationGroups(useObjects())
    .flatMap((group) => group.objects)
    .filter((meta) => meta.rights.create)
  const { choose } = useThemeChoice()
  const language = useLanguageChoice()
  const command = (id: string, label: string, icon: Icon, onClick: () => void) => ({
    id: `command-${id}`,
    label,
    leftSection: sign(icon),
    onClick,
  })
  const theme = t('shell.theme')
  return [
    ...creatable.map((meta) =>
      command(
        `create-${meta.object}`,
        t('common.createObject', { object: meta.label }),
        IconPlus,
        () => openCreate({ object: meta.object }),
      ),
    ),
    command('light', `${theme}: ${t('shell.themeLight')}`, IconSun, () => choose('light')),
    command('dark', `${theme}: ${t('shell.themeDark')}`, IconMoon, () => choose('dark')),
    command('auto', `${theme}: ${t('shell.themeAuto')}`, IconDeviceDesktop, () => choose('auto')),
    // skip web-text: a language is named in itself
    command('language', '中文 / English', IconLanguage, language.toggle),
  ]
}
