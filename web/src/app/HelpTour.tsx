import { lazy, Suspense, useEffect, useState } from 'react'
import { usePreference } from '@/api/session'
import { endTour, useTourAsked } from '@/ui/tour'

const Tour = lazy(() => import('@/modules/tour/Tour'))

/** The tour, on a user's first day once the page stands, and whenever somebody asks for it. */
export function HelpTour() {
  const [done, setDone] = usePreference('tour_done')
  const asked = useTourAsked()
  const [settled, setSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), 900)
    return () => clearTimeout(timer)
  }, [])
  if (!asked && (done || !settled)) return null
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
