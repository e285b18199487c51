import { Button, Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { cancelJob } from '@/api/jobs'
import { toastError } from '@/ui/toast'

/** Ends an import half way: what came in stays, and can be undone. */
export function StopImport({ job, id }: { job: string; id: string }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const stop = async () => {
    setBusy(true)
    await cancelJob(job).catch((error: unknown) => {
      // one that has ended meanwhile is told by its result
      if (!isApiError(error, 'not_stoppable')) toastError(error)
    })
    await client.invalidateQueries({ queryKey: ['imports', id] })
    setBusy(false)
  }
  return (
    <Group mt="md">
      <Button loading={busy} title={t('imports.stopHint')} onClick={() => void stop()}>
        {t('imports.stop')}
      </Button>
    </Group>
  )
}
