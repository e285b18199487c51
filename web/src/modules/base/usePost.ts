import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { keys } from '@/api/keys'
import { useCreateRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import { isEmpty } from '@/fields/types'
import { useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { writeForm } from '@/records/save/useSaveField'
import { toast, toastError } from '@/ui/toast'

export type Kind = 'note' | 'call' | 'meeting' | 'task'
const MENTION = /@\[([^\]\n]+)\]\(user:[^)]+\)/g
const ACTIVITIES = { object: 'activity', path: 'activities' }
const TASKS = { object: 'task', path: 'tasks' }

/** Creates an activity or a task about a record; true when it was kept. */
export function usePost(meta: ObjectMeta, record: RecordData) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const activityMeta = useObject('activity')
  const taskMeta = useObject('task')
  const activity = useCreateRecord(activityMeta ?? ACTIVITIES)
  const task = useCreateRecord(taskMeta ?? TASKS)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const post = async (kind: Kind, text: string, extra: Record<string, unknown>) => {
    const target = kind === 'task' ? taskMeta : activityMeta
    if (!target) return false
    const about = { id: record.id, object: meta.object }
    const filled = Object.fromEntries(Object.entries(extra).filter(([, value]) => !isEmpty(value)))
    const [subject = '', ...rest] = text.replace(MENTION, '@$1').split('\n')
    const written = writeForm(target, filled)
    setErrors({})
    try {
      if (kind === 'task') {
        const description = rest.join('\n').trim() || undefined
        await task.mutateAsync({ values: { ...written, subject, description, about } })
      } else await activity.mutateAsync({ values: { ...written, kind, body: text, about } })
      toast(t('activity.posted'))
      void client.invalidateQueries({ queryKey: keys.timeline(meta.object, record.id) })
      return true
    } catch (error) {
      if (isApiError(error)) setErrors(error.fields)
      toastError(error)
      return false
    }
  }
  return { post, busy: activity.isPending || task.isPending, errors }
}
