import { Button, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Import, startTried } from '@/api/imports'
import { toastError } from '@/ui/toast'

interface Props {
  data: Import
  onBack: () => void
  onStarted: (id: string) => void
}

/** After a trial: back to the mapping, or the import itself by the file that was sent. */
export function Tried({ data, onBack, onStarted }: Props) {
  const { t } = useTranslation()
  const start = useMutation({
    mutationFn: () => startTried(data.id),
    onSuccess: ({ id }) => onStarted(id),
    onError: toastError,
  })
  return (
    <Group gap="xs">
      <Button variant={data.startable ? 'default' : 'filled'} onClick={onBack}>
        {t('common.back')}
      </Button>
      {data.startable && (
        <Button variant="filled" loading={start.isPending} onClick={() => start.mutate()}>
          {t('imports.run')}
        </Button>
      )}
    </Group>
  )
}
