import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ObjectMeta } from '@/metadata/types'
import { IconLayoutKanban, IconList } from '@/ui/icons'
import classes from './ListViewSwitch.module.css'

/** Table or board of an object that has a board. */
export function ListViewSwitch({ meta, current }: { meta: ObjectMeta; current: 'list' | 'board' }) {
  const { t } = useTranslation()
  if (!meta.board) return null
  const params = { path: meta.path }
  return (
    <div className={classes.switch}>
      <Link
        to="/$path"
        params={params}
        activeOptions={{ exact: true }}
        aria-current={current === 'list' ? 'page' : undefined}
      >
        <IconList size={14} stroke={1.8} aria-hidden />
        {t('list.table')}
      </Link>
      <Link
        to="/$path/board"
        params={params}
        aria-current={current === 'board' ? 'page' : undefined}
      >
        <IconLayoutKanban size={14} stroke={1.8} aria-hidden />
        {t('list.board')}
      </Link>
    </div>
  )
}
