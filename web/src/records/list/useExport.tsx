import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/fixed'
import { waitForExport } from '@/api/jobs'
import type { BulkRequest, ListParams } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { toastError } from '@/ui/toast'

/** Exports the chosen records in the background; a toast offers the file when it is ready. */
export function useExport(meta: ObjectMeta) {
  const { t } = useTranslation()
  return useCallback(
    async (target: BulkRequest, { sort }: ListParams, format: 'csv' | 'xlsx' | 'json') => {
      const toast = `export-${crypto.randomUUID()}`
      const { ids, q } = target
      const filter = ids ? { field: 'id', op: 'in', value: ids } : target.filter
      notifications.show({
        id: toast,
        loading: true,
        autoClose: false,
        message: t('list.exportRunning'),
      })
      try {
        const body = { object: meta.object, filter, q, sort, format }
        const { id }: { id: string } = await call('post', '/exports', { body })
        const url = await waitForExport(id)
        notifications.update({
          id: toast,
          loading: false,
          autoClose: 60_000,
          message: (
            <span className="row between">
              {t('list.exportReady')}
              <Button component="a" href={url} download size="compact-xs" variant="subtle">
                {t('list.download')}
              </Button>
            </span>
          ),
        })
      } catch (error) {
        notifications.hide(toast)
        toastError(error)
      }
    },
    [meta.object, t],
  )
}
