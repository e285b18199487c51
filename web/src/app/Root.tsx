import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

const Toasts = lazy(() => import('./Toasts'))

/** Toasts hang inside the router, so that what they show may link to pages. */
export function Root() {
  return (
    <>
      <Outlet />
      <Suspense>
        <Toasts />
      </Suspense>
    </>
  )
}
