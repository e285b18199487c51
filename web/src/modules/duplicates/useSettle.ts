import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refreshObject } from '@/api/cache'
import { post } from '@/api/client'
import { decidePair, duplicatesKey, mergeRecords, type Pair } from '@/api/duplicates'
import { undoChangeSet } from '@/api/log'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { toast, toastError, toastUndo } from '@/ui/toast'
import type { Linking } from './choosing'

/** Merging a pair, or saying that it is none; both can be taken back. */
export function useSettle(pair: Pair, meta: ObjectMeta, onSettled: () => void) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const refresh = () => {
    void client.invalidateQueries({ queryKey: [...duplicatesKey, 'pairs'] })
    // What merging would do is asked of the next pair, not once more of the one that is gone.
    const preview = [...duplicatesKey, 'preview']
    void client.invalidateQueries({ queryKey: preview, refetchType: 'none' })
    refreshObject(client, meta.object, { lists: true })
  }
  const run = async (deed: () => Promise<void>) => {
    setBusy(true)
    try {
      await deed()
      onSettled()
      refresh()
    } catch (error) {
      toastError(error)
      refresh()
    } finally {
      setBusy(false)
    }
  }
  const merge = (kept: RecordData, other: RecordData, take: string[]) =>
    void run(async () => {
      const merged = await mergeRecords(meta, kept.id, other.id, take)
      toastUndo(t('duplicates.merged', { name: merged.name }), async () => {
        await undoChangeSet(merged.change_set)
        refresh()
      })
    })
  const decide = (state: 'open' | 'distinct') =>
    void run(async () => {
      await decidePair(pair.id, state)
      if (state === 'open') return toast(t('duplicates.reopened'))
      toastUndo(t('duplicates.marked'), async () => {
        await decidePair(pair.id, 'open')
        refresh()
      })
    })
  const link = ({ meta: kind, from, into, action, params }: Linking) =>
    void run(async () => {
      await post(`/${kind.path}/${from.id}/actions/${action}`, params)
      refreshObject(client, kind.object, { lists: true, record: from.id })
      toast(t('duplicates.linked', { name: into.name }))
    })
  return { busy, merge, decide, link }
}
