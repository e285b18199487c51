import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { Outlet } from '@tanstack/react-router'

/** Dialogs and toasts hang inside the router, so that what they show may link to pages. */
export function Root() {
  return (
    <ModalsProvider>
      <Notifications position="bottom-right" limit={4} />
      <Outlet />
    </ModalsProvider>
  )
}
