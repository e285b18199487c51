import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SavedView } from '@/api/types'
import { toastError } from '@/ui/toast'

type Named = Pick<SavedView, 'name' | 'shared' | 'pinned'>
interface Props {
  start?: SavedView
  onSave: (named: Named) => Promise<unknown>
  onClose: () => void
}

/** Name of a view and who sees it. */
export default function SaveViewDialog({ start, onSave, onClose }: Props) {
  const { t } = useTranslation()
  const [name, setName] = useState(start?.name ?? '')
  const [shared, setShared] = useState(start?.shared ?? false)
  const [pinned, setPinned] = useState(start?.pinned ?? false)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      await onSave({ name: name.trim(), shared, pinned })
      onClose()
    } catch (error) {
      toastError(error)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={start ? t('list.renameView') : t('list.saveAs')}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput
            label={t('list.viewName')}
            data-autofocus
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox
            label={t('list.shareView')}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
          <Checkbox
            label={t('list.pinView')}
            checked={pinned}
            onChange={(event) => setPinned(event.currentTarget.checked)}
          />
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" variant="filled" disabled={!name.trim()} loading={busy}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
