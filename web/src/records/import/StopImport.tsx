import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { cancelJob } from '@/api/jobs'
import { toastError } from '@/ui/toast'

/** Ends an import half way: what came in stays, and can be undone. */
export function StopImport({ job, id }: { job: string; id: string }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const stop = useMutation({
    mutationFn: () => cancelJob(job),
    // one that has ended meanwhile is told by its result
    onError: (error) => isApiError(error, 'not_stoppable') || toastError(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['imports', id] }),
  })
  return (
    <Group mt="md">
      <Button loading={stop.isPending} title={t('imports.stopHint')} onClick={() => stop.mutate()}>
        {t('imports.stop')}
      </Button>
    </Group>
  )
}
