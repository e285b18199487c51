import { lazy, Suspense } from 'react'
import { setLinkCreator } from '@/fields/links'
import { openCreate, useCreateRequests } from './createStore'

const QuickCreate = lazy(() => import('./QuickCreate'))

// A link picker that finds nothing offers to create what was typed, without leaving its form.
setLinkCreator(
  (target, name) =>
    new Promise((resolve) => {
      openCreate({
        object: target,
        values: { name },
        onCreated: (record) => resolve({ id: record.id, name: record.name, object: target }),
        onClosed: () => resolve(null),
      })
    }),
)

/** Holds the quick-create dialogs; their code is loaded when the first is opened. */
export function CreateHost() {
  const requests = useCreateRequests()
  return (
    <Suspense>
      {requests.map((request, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a stack: only its end changes
        <QuickCreate key={index} request={request} />
      ))}
    </Suspense>
  )
}
