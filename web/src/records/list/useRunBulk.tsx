import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { refreshObject } from '@/api/cache'
import { cancelJob, waitForJob } from '@/api/jobs'
import { useUndo } from '@/api/queries'
import { useBulk } from '@/api/records'
import type { BulkRequest, BulkResult } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { toast, toastError, toastUndo } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import { showSkipped } from './SkippedDialog'

/** The field that is not set for many records but added to and taken from. */
export const TAGS = 'tags'

/** Runs a bulk change to its end, as a background job when it is large, and offers to undo it. */
export function useRunBulk(meta: ObjectMeta) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const { mutateAsync: start } = useBulk(meta)
  const { mutateAsync: undo } = useUndo()

  const follow = useCallback(
    async (job: string): Promise<BulkResult | null> => {
      const id = `job-${job}`
      const show = (share: number) => (
        <span className="row between">
          {t('list.bulkRunning', { percent: format.number(share, { style: 'percent' }) })}
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => void cancelJob(job).catch(toastError)}
          >
            {t('list.bulkStop')}
          </Button>
        </span>
      )
      notifications.show({ id, loading: true, autoClose: false, message: show(0) })
      try {
        const done = await waitForJob(job, (share) =>
          notifications.update({ id, loading: true, autoClose: false, message: show(share) }),
        )
        return done.state === 'cancelled' ? null : ((done.result ?? {}) as BulkResult)
      } finally {
        notifications.hide(id)
        refreshObject(client, meta.object, { lists: true })
      }
    },
    [client, format, meta.object, t],
  )

  return useCallback(
    async (request: BulkRequest): Promise<boolean> => {
      try {
        const answer = await start(request)
        const result = answer.job ? await follow(answer.job) : answer
        if (!result) {
          const changes = answer.change_set
          if (changes) toastUndo(t('list.bulkStopped'), () => undo(changes))
          return true
        }
        const { changed = 0, skipped = [], change_set } = result
        const done = request.delete
          ? t('list.bulkDeleted', { count: changed })
          : t('list.bulkDone', { count: changed })
        if (change_set) toastUndo(done, () => undo(change_set))
        else if (!skipped.length) toast(done)
        if (skipped.length) showSkipped(skipped)
        return true
      } catch (error) {
        toastError(error)
        return false
      }
    },
    [start, follow, undo, t],
  )
}
