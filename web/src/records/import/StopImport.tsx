import { Button, Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cancelJob } from '@/api/jobs'

/** Ends an import half way: what came in stays, and can be undone. */
export function StopImport({ job, id }: { job: string; id: string }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const stop = async () => {
    setBusy(true)
    // one that has ended meanwhile is told by its result
    await cancelJob(job).catch(() => null)
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
