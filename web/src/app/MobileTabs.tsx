import { UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { findObject, navigationGroups, useObjects } from '@/metadata/hooks'
import { MY_OPEN_TASKS } from '@/modules/base/openTasks'
import { openCreate } from '@/records/form/createStore'
import { IconCheckbox, IconHome, IconMenu2, IconPlus, IconSearch } from '@/ui/icons'
import classes from './Shell.module.css'

/** The thumb's bar: home, search, create, tasks, and everything else. */
export function MobileTabs({ onMenu }: { onMenu: () => void }) {
  const { t } = useTranslation()
  const objects = useObjects()
  const tasks = findObject(objects, 'task')
  const first = navigationGroups(objects).flatMap((group) => group.objects)[0]
  return (
    <nav className={classes.tabs} aria-label={t('shell.pages')}>
      <Link
        to="/"
        className={classes.tab}
        activeProps={{ 'data-active': true }}
        activeOptions={{ exact: true }}
      >
        <IconHome size={21} stroke={1.6} aria-hidden />
        {t('shell.homeShort')}
      </Link>
      <UnstyledButton className={classes.tab} data-search onClick={() => spotlight.open()}>
        <IconSearch size={21} stroke={1.6} aria-hidden />
        {t('common.search')}
      </UnstyledButton>
      <UnstyledButton
        className={classes.plus}
        aria-label={t('common.create')}
        onClick={() => openCreate({ object: first?.object, choose: true })}
      >
        <IconPlus size={22} aria-hidden />
      </UnstyledButton>
      {tasks && (
        <Link
          to="/$path"
          params={{ path: tasks.path }}
          search={{ filter: MY_OPEN_TASKS }}
          className={classes.tab}
          activeProps={{ 'data-active': true }}
          activeOptions={{ includeSearch: false }}
        >
          <IconCheckbox size={21} stroke={1.6} aria-hidden />
          {t('shell.tasks')}
        </Link>
      )}
      <UnstyledButton className={classes.tab} onClick={onMenu}>
        <IconMenu2 size={21} stroke={1.6} aria-hidden />
        {t('shell.me')}
      </UnstyledButton>
    </nav>
  )
}
