import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refreshObject } from '@/api/cache'
import { upload as send } from '@/api/client'
import { keys } from '@/api/keys'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { toast, toastError } from '@/ui/toast'

/** Uploads files one after the other and hangs them on a record. */
export function useUpload(meta: ObjectMeta, record: RecordData) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [running, setRunning] = useState<string | null>(null)
  const upload = useCallback(
    async (files: File[]) => {
      for (const file of files) {
        setRunning(file.name)
        const form = new FormData()
        form.append('about_object', meta.object)
        form.append('about_id', record.id)
        form.append('file', file)
        try {
          await send('/files', form)
          toast(t('activity.uploaded', { name: file.name }))
        } catch (error) {
          toastError(error)
        }
      }
      setRunning(null)
      refreshObject(client, 'file', { lists: true })
      void client.invalidateQueries({ queryKey: keys.timeline(meta.object, record.id) })
    },
    [client, meta.object, record.id, t],
  )
  return { upload, running }
}
