import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { meQuery } from '@/api/session'
import { currentLocale, setLocale } from '@/i18n'
import { objectsQuery } from '@/metadata/hooks'
import { NotFound } from '@/ui/NotFound'
import { PagePending, RouteError } from './pages'
import { queryClient } from './queryClient'
import { Root } from './Root'
import { Shell } from './Shell'

import {
  boardSearch,
  calendarSearch,
  dashboardSearch,
  duplicatesSearch,
  importSearch,
  listSearch,
  lookupSearch,
  recordSearch,
  signInSearch,
} from './search'

const root = createRootRoute({ component: Root, notFoundComponent: NotFound })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import('./SignIn')),
})
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite/$token',
  component: lazyRouteComponent(() => import('./Invite')),
})

/** Everything behind the door: who is signed in and all metadata are known below here. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(meQuery)
    if (!me) throw redirect({ to: '/login', search: { next: location.href } })
    if (me.locale !== currentLocale()) await setLocale(me.locale)
  },
  loader: () => queryClient.ensureQueryData(objectsQuery),
  component: Shell,
})

/** What modules put on record pages comes with the first of them, not with the shell. */
const loader = () => import('@/modules').then(() => null)

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('@/modules/home/MyDay')),
})
const dashboard = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard',
  validateSearch: dashboardSearch,
  component: lazyRouteComponent(() => import('@/modules/analytics/Dashboard')),
})
const forecast = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/forecast',
  component: lazyRouteComponent(() => import('@/modules/money/ForecastPage')),
})
const cash = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/cash',
  component: lazyRouteComponent(() => import('@/modules/money/CashPage')),
})
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/$',
  component: lazyRouteComponent(() => import('@/modules/settings/SettingsPage')),
})
const recycleBin = createRoute({
  getParentRoute: () => shell,
  path: '/recycle_bin',
  component: lazyRouteComponent(() => import('@/modules/log/RecycleBin')),
})
const duplicates = createRoute({
  getParentRoute: () => shell,
  path: '/duplicates',
  validateSearch: duplicatesSearch,
  component: lazyRouteComponent(() => import('@/modules/duplicates/DuplicatesPage')),
})
const lookup = createRoute({
  getParentRoute: () => shell,
  path: '/lookup',
  validateSearch: lookupSearch,
  component: lazyRouteComponent(() => import('@/modules/duplicates/LookUpPage')),
})
const changeSets = createRoute({
  getParentRoute: () => shell,
  path: '/change_sets',
  component: lazyRouteComponent(() => import('@/modules/log/ChangeSets')),
})
const notifications = createRoute({
  getParentRoute: () => shell,
  path: '/notifications',
  component: lazyRouteComponent(() => import('@/modules/log/Notifications')),
})
const imports = createRoute({
  getParentRoute: () => shell,
  path: '/imports',
  validateSearch: importSearch,
  component: lazyRouteComponent(() => import('@/records/import/ImportPage')),
})
const list = createRoute({
  getParentRoute: () => shell,
  path: '/$path',
  loader,
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('@/records/list/ListPage')),
})
const board = createRoute({
  getParentRoute: () => shell,
  path: '/$path/board',
  loader,
  validateSearch: boardSearch,
  component: lazyRouteComponent(() => import('@/records/board/BoardPage')),
})
const calendar = createRoute({
  getParentRoute: () => shell,
  path: '/$path/calendar',
  loader,
  validateSearch: calendarSearch,
  component: lazyRouteComponent(() => import('@/records/calendar/CalendarPage')),
})
const record = createRoute({
  getParentRoute: () => shell,
  path: '/$path/$id',
  loader,
  validateSearch: recordSearch,
  component: lazyRouteComponent(() => import('@/records/record/RecordPage')),
})
/** No such page: told beside the menu, for a person who is signed in. */
const lost = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound })

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    invite,
    shell.addChildren([
      home,
      dashboard,
      forecast,
      cash,
      settings,
      recycleBin,
      duplicates,
      lookup,
      changeSets,
      notifications,
      imports,
      list,
      board,
      calendar,
      record,
      lost,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  defaultPendingComponent: PagePending,
  defaultErrorComponent: RouteError,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
