import { useHotkeys } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLiveConnection } from '@/api/live'
import { MeContext, meQuery, useMe, usePreference } from '@/api/session'
import { MetadataProvider } from '@/metadata/MetadataProvider'
import { useAppearance } from '@/modules/settings/appearance'
import { CreateHost } from '@/records/form/CreateHost'
import { useDialogs } from '@/ui/dialogs'
import { useMobile } from '@/ui/useMobile'
import { FormatProvider } from './FormatProvider'
import { HelpTour } from './HelpTour'
import { MobileTabs } from './MobileTabs'
import classes from './Shell.module.css'
import { Sidebar } from './Sidebar'
import { useGlobalKeys } from './useGlobalKeys'
import viewed from './Viewing.module.css'
import { ViewingBanner } from './ViewingBanner'

const DialogHost = lazy(() => import('@/ui/DialogHost'))
const MobileMenu = lazy(() => import('./MobileMenu'))
const loadPalette = () => import('./Palette')
const Palette = lazy(loadPalette)

/** The frame around every signed-in page; leaves for the sign-in page when the session ends. */
export function Shell() {
  const { data: me } = useQuery(meQuery)
  const router = useRouter()
  const signedIn = Boolean(me)
  useEffect(() => {
    const { pathname, href: next } = router.state.location
    if (signedIn || pathname === '/login') return
    void router.navigate({ to: '/login', search: { next }, replace: true })
  }, [signedIn, router])
  if (!me) return null
  return (
    <MeContext value={me}>
      <FormatProvider>
        <MetadataProvider>
          <Page />
          <Dialogs />
        </MetadataProvider>
      </FormatProvider>
    </MeContext>
  )
}

/** Dialogs know the metadata and the reader's formats, as the pages do. */
function Dialogs() {
  const dialogs = useDialogs()
  return <Suspense>{dialogs.length > 0 && <DialogHost dialogs={dialogs} />}</Suspense>
}

/** The frame, below the banner of who sees it with another's eyes. */
function Page() {
  const { user, viewing } = useMe()
  const [first] = useState(user.id)
  useEffect(() => {
    // What is on the screen was told to another: this session began, or ceased, to look as him.
    if (user.id !== first) window.location.assign('/')
  }, [user.id, first])
  if (!viewing) return <Frame />
  return (
    <div className={viewed.frame}>
      <ViewingBanner />
      <Frame />
    </div>
  )
}

function Frame() {
  const { t } = useTranslation()
  const mobile = useMobile()
  const [drawer, setDrawer] = useState(false)
  const [sidebar, setSidebar] = usePreference('sidebar')
  const mini = sidebar === 'mini'
  const path = useRouterState({ select: (state) => state.location.pathname })
  useLiveConnection()
  useAppearance()
  useGlobalKeys()
  useHotkeys([['[', () => setSidebar(mini ? 'open' : 'mini')]])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the drawer
  useEffect(() => setDrawer(false), [path])
  useEffect(() => {
    const idle = setTimeout(() => {
      void loadPalette()
      void import('@/modules')
    }, 1200)
    return () => clearTimeout(idle)
  }, [])
  return (
    <div className={classes.shell}>
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      {mobile ? (
        drawer && (
          <Suspense>
            <MobileMenu onClose={() => setDrawer(false)} />
          </Suspense>
        )
      ) : (
        <Sidebar mini={mini} onToggle={() => setSidebar(mini ? 'open' : 'mini')} />
      )}
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      {mobile && <MobileTabs onMenu={() => setDrawer(true)} />}
      <Suspense>
        <Palette />
      </Suspense>
      <CreateHost />
      <HelpTour />
    </div>
  )
}
