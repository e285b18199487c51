import { useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { usePreference } from '@/api/session'
import { endTour, startTour, useTourAsked } from '@/ui/tour'

const Tour = lazy(() => import('@/modules/tour/Tour'))
const SETTLED_MS = 900

/**
 * The tour: on a user's first day once home stands, and whenever somebody asks for it. Who came by a
 * link to something else is not led away from it.
 */
export function HelpTour() {
  const [done, setDone] = usePreference('tour_done')
  const asked = useTourAsked()
  const home = useRouterState({ select: ({ location }) => location.pathname === '/' })
  useEffect(() => {
    if (done || !home) return
    const timer = setTimeout(startTour, SETTLED_MS)
    return () => clearTimeout(timer)
  }, [done, home])
  if (!asked) return null
  const end = () => {
    endTour()
    if (!done) setDone(true)
  }
  return (
    <Suspense>
      <Tour onEnd={end} />
    </Suspense>
  )
}
