import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { SavedView } from '@/api/types'
import { boardFields, dateFields } from '@/fields/grouping'
import type { ObjectMeta } from '@/metadata/types'
import { IconCalendar, IconLayoutKanban, IconList } from '@/ui/icons'
import { VIEW_PAGES } from '../pages'
import classes from './ListViewSwitch.module.css'

const SIGNS = { list: IconList, board: IconLayoutKanban, calendar: IconCalendar }

/** Table, board and calendar of an object, as far as its fields allow. */
export function ListViewSwitch({
  meta,
  current,
}: {
  meta: ObjectMeta
  current: SavedView['kind']
}) {
  const { t } = useTranslation()
  const kinds: SavedView['kind'][] = ['list']
  if (boardFields(meta).length) kinds.push('board')
  if (dateFields(meta).length) kinds.push('calendar')
  if (kinds.length < 2) return null
  const names = { list: t('list.table'), board: t('list.board'), calendar: t('list.calendar') }
  return (
    <div className={classes.switch}>
      {kinds.map((kind) => {
        const Sign = SIGNS[kind]
        return (
          <Link
            key={kind}
            to={VIEW_PAGES[kind]}
            params={{ path: meta.path }}
            activeOptions={{ exact: true }}
            aria-label={names[kind]}
            aria-current={current === kind ? 'page' : undefined}
          >
            <Sign size={14} stroke={1.8} aria-hidden />
            <span>{names[kind]}</span>
          </Link>
        )
      })}
    </div>
  )
}
