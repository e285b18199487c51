import { useHotkeys } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import { useRouterState } from '@tanstack/react-router'
import { findObject, useObjects } from '@/metadata/hooks'
import { openCreate } from '@/records/form/createStore'

/** `/` searches, `C` creates a record of the object one is looking at. Not while typing. */
export function useGlobalKeys() {
  const objects = useObjects()
  const path = useRouterState({ select: (state) => state.location.pathname.split('/')[1] })
  useHotkeys([
    ['/', () => spotlight.open()],
    [
      'C',
      () => {
        const here = findObject(objects, path)
        if (here?.rights.create) openCreate({ object: here.object })
      },
    ],
  ])
}
