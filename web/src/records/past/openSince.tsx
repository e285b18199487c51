import { lazy, Suspense } from 'react'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { openDialog } from '@/ui/dialogs'
import { PartSkeleton } from '../record/PartSkeleton'

const SincePanel = lazy(() => import('./SincePanel'))
const WIDTH = 640

interface Asked {
  meta: ObjectMeta
  record: RecordData
  title: string
  /** When the reader saw it last, where that is known. */
  visit?: string
}

/** Shows what has changed of a record, in a dialog over whatever is there. */
export const openSince = ({ title, ...asked }: Asked) =>
  openDialog({
    title,
    size: WIDTH,
    body: (
      <Suspense fallback={<PartSkeleton />}>
        <SincePanel {...asked} />
      </Suspense>
    ),
  })
