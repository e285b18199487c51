import { Button, Group, Modal, Select, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FieldInput } from '@/fields/Field'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { writeForm } from '../save/useSaveField'

interface Props {
  meta: ObjectMeta
  /** Key of the field that is edited from the start; empty to choose. */
  start: string
  total: number
  onApply: (set: Record<string, unknown>) => Promise<boolean>
  onClose: () => void
}

/** One field and its new value for many records. */
export default function BulkEdit({ meta, start, total, onApply, onClose }: Props) {
  const { t } = useTranslation()
  const [key, setKey] = useState(start)
  const [value, setValue] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const field = fieldOf(meta, key)
  const editable = meta.fields.filter((one) => one.editable && !one.unique && !one.masked)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!field) return
    setBusy(true)
    const done = await onApply(writeForm(meta, { [key]: value }))
    setBusy(false)
    if (done) onClose()
  }
  return (
    <Modal opened onClose={onClose} title={t('list.bulkTitle', { count: total })}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <Select
            label={t('list.bulkField')}
            searchable
            data={editable.map((one) => ({ value: one.key, label: one.label }))}
            value={key || null}
            data-autofocus={!start || undefined}
            onChange={(next) => {
              setKey(next ?? '')
              setValue(null)
            }}
          />
          {field && (
            <FieldInput
              key={key}
              field={{ ...field, required: false }}
              value={value}
              object={meta.object}
              autoFocus
              onChange={setValue}
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" variant="filled" disabled={!field} loading={busy}>
              {t('list.bulkApply')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
