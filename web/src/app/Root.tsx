import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useDialogs } from '@/ui/dialogs'

const Toasts = lazy(() => import('./Toasts'))
const DialogHost = lazy(() => import('@/ui/DialogHost'))

/** Dialogs and toasts hang inside the router, so that what they show may link to pages. */
export function Root() {
  const dialogs = useDialogs()
  return (
    <>
      <Outlet />
      <Suspense>
        <Toasts />
      </Suspense>
      <Suspense>{dialogs.length > 0 && <DialogHost dialogs={dialogs} />}</Suspense>
    </>
  )
}
