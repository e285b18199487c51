import { lazy, Suspense } from 'react'
import { useCreateRequest } from './createStore'

const QuickCreate = lazy(() => import('./QuickCreate'))

/** Holds the one quick-create dialog; its code is loaded when it is first opened. */
export function CreateHost() {
  const request = useCreateRequest()
  return <Suspense>{request && <QuickCreate request={request} />}</Suspense>
}
