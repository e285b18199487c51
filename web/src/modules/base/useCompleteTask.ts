import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { patchRecord } from '@/api/cache'
import { keys } from '@/api/keys'
import { useRecordAction } from '@/api/records'
import type { Link, RecordData } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import { toastError, toastUndo } from '@/ui/toast'

const NOWHERE = { object: 'task', path: 'tasks' }

/** Marks a task as done or not done at once, with a way back for eight seconds. */
export function useCompleteTask() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const meta = useObject('task')
  const { mutateAsync } = useRecordAction(meta ?? NOWHERE)
  return useCallback(
    async (task: RecordData) => {
      const about = task.about as Link | null
      const show = (done: boolean) =>
        patchRecord(client, 'task', {
          id: task.id,
          done_at: done ? new Date().toISOString() : null,
        })
      const run = async (action: 'complete' | 'reopen') => {
        await mutateAsync({ id: task.id, action })
        if (about)
          void client.invalidateQueries({ queryKey: keys.timeline(about.object, about.id) })
      }
      const complete = !task.done_at
      show(complete)
      try {
        await run(complete ? 'complete' : 'reopen')
        if (complete) toastUndo(t('activity.completed', { name: task.name }), () => run('reopen'))
      } catch (error) {
        show(!complete)
        toastError(error)
      }
    },
    [client, mutateAsync, t],
  )
}
