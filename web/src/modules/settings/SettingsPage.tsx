import { Link, Navigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '@/api/session'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Empty } from '@/ui/Empty'
import {
  type Icon,
  IconAdjustmentsHorizontal,
  IconBuilding,
  IconChevronLeft,
  IconCube,
  IconEye,
  IconFileText,
  IconHistory,
  IconKey,
  IconLayoutRows,
  IconListCheck,
  IconLock,
  IconSettings,
  IconShare,
  IconShield,
  IconSitemap,
  IconUserCircle,
  IconUsers,
} from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'
import { useMobile } from '@/ui/useMobile'
import classes from './Settings.module.css'

const PAGES = [
  { key: 'profile', group: 'personal', icon: IconUserCircle, right: null },
  { key: 'security', group: 'personal', icon: IconLock, right: null },
  { key: 'tokens', group: 'personal', icon: IconKey, right: null },
  { key: 'users', group: 'company', icon: IconUsers, right: 'admin.users' },
  { key: 'departments', group: 'company', icon: IconSitemap, right: 'admin.users' },
  { key: 'roles', group: 'company', icon: IconShield, right: 'admin.roles' },
  { key: 'sharing', group: 'company', icon: IconShare, right: 'admin.roles' },
  { key: 'reads', group: 'company', icon: IconEye, right: 'admin.users' },
  { key: 'fields', group: 'company', icon: IconAdjustmentsHorizontal, right: 'admin.fields' },
  { key: 'objects', group: 'company', icon: IconCube, right: 'admin.fields' },
  { key: 'layouts', group: 'company', icon: IconLayoutRows, right: 'admin.fields' },
  { key: 'rules', group: 'company', icon: IconListCheck, right: 'admin.fields' },
  { key: 'history', group: 'company', icon: IconHistory, right: 'admin.settings' },
  { key: 'files', group: 'company', icon: IconFileText, right: 'administrator' },
  { key: 'company', group: 'company', icon: IconBuilding, right: 'admin.settings' },
] as const satisfies { key: string; group: string; icon: Icon; right: string | null }[]
type Key = (typeof PAGES)[number]['key']

const BODIES: Record<Key, ReturnType<typeof lazy>> = {
  profile: lazy(() => import('./Profile')),
  security: lazy(() => import('./Security')),
  tokens: lazy(() => import('./Tokens')),
  users: lazy(() => import('./Users')),
  departments: lazy(() => import('./Departments')),
  roles: lazy(() => import('./Roles')),
  sharing: lazy(() => import('./SharingRules')),
  reads: lazy(() => import('./ReadLog')),
  fields: lazy(() => import('./CustomFields')),
  objects: lazy(() => import('./CustomObjects')),
  layouts: lazy(() => import('@/modules/layouts/Layouts')),
  rules: lazy(() => import('@/modules/rules/Rules')),
  history: lazy(() => import('@/modules/configuring/SettingsHistory')),
  files: lazy(() => import('@/modules/configuring/ConfigurationFile')),
  company: lazy(() => import('./Company')),
}

/** Settings: one's own, and those of the company for who may change them. */
export default function SettingsPage() {
  const { t } = useTranslation()
  const mobile = useMobile()
  const { permissions, role, viewing } = useMe()
  const { _splat } = useParams({ strict: false })
  const page = PAGES.find(({ key }) => key === _splat)
  const held = [...permissions, role.key]
  const secret = viewing ? 'tokens' : null
  const shown = PAGES.filter(({ key, right }) => key !== secret && (!right || held.includes(right)))
  if (!page && !mobile) return <Navigate to="/settings/$" params={{ _splat: 'profile' }} replace />
  const Body = page && BODIES[page.key]
  const allowed = page && shown.includes(page)
  return (
    <>
      <PageHead
        icon={IconSettings}
        title={page ? t(`settings.pages.${page.key}`) : t('shell.settings')}
      />
      <div className={classes.settings}>
        {(!mobile || !page) && <Menu pages={shown} />}
        {page && (
          <div className={classes.page} data-scrolls>
            <div className={classes.body}>
              {mobile && (
                <Link to="/settings/$" params={{ _splat: '' }} className={classes.back}>
                  <IconChevronLeft size={15} aria-hidden />
                  {t('shell.settings')}
                </Link>
              )}
              {!allowed && (
                <Empty
                  icon={IconLock}
                  title={t('settings.noRight')}
                  hint={t('settings.noRightHint')}
                />
              )}
              {allowed && Body && (
                <Suspense fallback={<PartSkeleton />}>
                  <Body />
                </Suspense>
              )}
            </div>
          </div>
        )}
      </div>
    </>
  )
}

function Menu({ pages }: { pages: readonly (typeof PAGES)[number][] }) {
  const { t } = useTranslation()
  const groups = ['personal', 'company'] as const
  return (
    <nav className={classes.menu} aria-label={t('shell.settings')}>
      {groups.map((group) => {
        const members = pages.filter((page) => page.group === group)
        if (!members.length) return null
        return (
          <div key={group}>
            <h2>{t(`settings.groups.${group}`)}</h2>
            {members.map(({ key, icon: Sign }) => (
              <Link
                key={key}
                to="/settings/$"
                params={{ _splat: key }}
                className={classes.link}
                activeProps={{ 'data-active': true }}
              >
                <Sign size={16} stroke={1.7} aria-hidden />
                {t(`settings.pages.${key}`)}
              </Link>
            ))}
          </div>
        )
      })}
    </nav>
  )
}
