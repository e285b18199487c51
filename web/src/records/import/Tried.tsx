import { Button, Group } from '@mantine/core'
import { useState } from 'react'
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
  const [busy, setBusy] = useState(false)
  const start = async () => {
    setBusy(true)
    try {
      onStarted((await startTried(data.id)).id)
    } catch (error) {
      toastError(error)
    }
    setBusy(false)
  }
  return (
    <Group gap="xs">
      <Button variant={data.startable ? 'default' : 'filled'} onClick={onBack}>
        {t('common.back')}
      </Button>
      {data.startable && (
        <Button variant="filled" loading={busy} onClick={() => void start()}>
          {t('imports.run')}
        </Button>
      )}
    </Group>
  )
}
