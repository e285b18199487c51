import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { pinnedViewsQuery } from '@/api/queries'
import { usePermission, usePreference } from '@/api/session'
import { findObject, navigationGroups, pathOf, useObjects } from '@/metadata/hooks'
import { VIEW_PAGES } from '@/records/pages'
import { Avatar } from '@/ui/Avatar'
import {
  type Icon,
  IconArrowBackUp,
  IconChartBar,
  IconCopyCheck,
  IconHome,
  IconSettings,
  IconTrash,
  IconUpload,
  IconUserSearch,
} from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { useGroupName } from './groups'
import classes from './Shell.module.css'

interface ItemProps {
  mini: boolean
  label: string
  icon?: Icon
  mark?: ReactNode
  link: LinkProps
  exact?: boolean
  /** The address's search decides too (a view of a list). */
  view?: boolean
}

function Item({ mini, label, icon: Sign, mark, link, exact = false, view = false }: ItemProps) {
  return (
    <Link
      {...link}
      className={classes.item}
      aria-label={mini ? label : undefined}
      title={mini ? label : undefined}
      activeProps={{ 'data-active': true }}
      activeOptions={{ exact, includeSearch: view }}
    >
      {Sign ? <Sign size={16} stroke={1.7} aria-hidden /> : mark}
      {!mini && <span className="trunc">{label}</span>}
    </Link>
  )
}

function Group({ mini, title, children }: { mini: boolean; title: string; children: ReactNode }) {
  return (
    <>
      {mini ? <hr className={classes.rule} /> : <h2 className={classes.group}>{title}</h2>}
      {children}
    </>
  )
}

export function Navigation({ mini }: { mini: boolean }) {
  const { t } = useTranslation()
  const objects = useObjects()
  const groupName = useGroupName()
  const mayLookUp = usePermission('look_up')
  const list = useRef<HTMLDivElement>(null)
  const path = useRouterState({ select: (state) => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page one is on stays in sight
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView?.({ block: 'nearest' })
  }, [path])
  return (
    <div ref={list} className={classes.scroll}>
      <Item mini={mini} label={t('shell.home')} icon={IconHome} link={{ to: '/' }} exact />
      <Item
        mini={mini}
        label={t('shell.dashboard')}
        icon={IconChartBar}
        link={{ to: '/dashboard' }}
      />
      <Favourites mini={mini} />
      <Pinned mini={mini} />
      {navigationGroups(objects).map(({ key, objects: members }) => (
        <Group key={key} mini={mini} title={groupName(key)}>
          {members.map((meta) => (
            <Item
              key={meta.object}
              mini={mini}
              label={meta.label_plural}
              icon={metadataIcon(meta.icon)}
              link={{ to: '/$path', params: { path: meta.path } }}
            />
          ))}
        </Group>
      ))}
      <Group mini={mini} title={t('shell.tools')}>
        <Item mini={mini} label={t('shell.imports')} icon={IconUpload} link={{ to: '/imports' }} />
        <Item
          mini={mini}
          label={t('shell.changeSets')}
          icon={IconArrowBackUp}
          link={{ to: '/change_sets' }}
        />
        <Item
          mini={mini}
          label={t('shell.recycleBin')}
          icon={IconTrash}
          link={{ to: '/recycle_bin' }}
        />
        {mayLookUp && (
          <Item
            mini={mini}
            label={t('shell.lookup')}
            icon={IconUserSearch}
            link={{ to: '/lookup' }}
          />
        )}
        <Item
          mini={mini}
          label={t('shell.duplicates')}
          icon={IconCopyCheck}
          link={{ to: '/duplicates' }}
        />
        <Item
          mini={mini}
          label={t('shell.settings')}
          icon={IconSettings}
          link={{ to: '/settings/$', params: { _splat: '' } }}
        />
      </Group>
    </div>
  )
}

function Favourites({ mini }: { mini: boolean }) {
  const { t } = useTranslation()
  const objects = useObjects()
  const [favourites = []] = usePreference('favourites')
  const known = favourites.filter((link) => findObject(objects, link.object))
  if (!known.length) return null
  return (
    <Group mini={mini} title={t('shell.favourites')}>
      {known.map((link) => (
        <Item
          key={link.id}
          mini={mini}
          label={link.name}
          mark={<Avatar name={link.name} size={16} square />}
          link={{ to: '/$path/$id', params: { path: pathOf(objects, link.object), id: link.id } }}
        />
      ))}
    </Group>
  )
}

function Pinned({ mini }: { mini: boolean }) {
  const { t } = useTranslation()
  const objects = useObjects()
  const { data: views = [] } = useQuery(pinnedViewsQuery)
  const known = views.filter((view) => findObject(objects, view.object))
  if (!known.length) return null
  return (
    <Group mini={mini} title={t('shell.pinned')}>
      {known.map((view) => (
        <Item
          key={view.id}
          mini={mini}
          label={view.name}
          view
          icon={metadataIcon(findObject(objects, view.object)?.icon)}
          link={{
            to: VIEW_PAGES[view.kind],
            params: { path: pathOf(objects, view.object) },
            search: { view: view.id },
          }}
        />
      ))}
    </Group>
  )
}
