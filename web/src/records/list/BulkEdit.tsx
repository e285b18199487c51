import { Button, Group, Modal, Select, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BulkRequest } from '@/api/types'
import { FieldInput } from '@/fields/Field'
import { fieldOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { writeForm } from '../save/useSaveField'
import { BulkPreview } from './BulkPreview'
import { TAGS } from './useRunBulk'

interface Props {
  meta: ObjectMeta
  /** Key of the field that is edited from the start; empty to choose. */
  start: string
  total: number
  /** The records that are meant. */
  target: BulkRequest
  onApply: (change: Partial<BulkRequest>) => Promise<boolean>
  onClose: () => void
}

const NO_TAGS = { add_tags: [] as string[], remove_tags: [] as string[] }

/** One field and its new value for many records; tags are put on and taken off, never replaced. */
export default function BulkEdit({ meta, start, total, target, onApply, onClose }: Props) {
  const { t } = useTranslation()
  const [key, setKey] = useState(start)
  const [value, setValue] = useState<unknown>(null)
  const [tags, setTags] = useState(NO_TAGS)
  const [busy, setBusy] = useState(false)
  const field = fieldOf(meta, key)
  const editable = meta.fields.filter((one) => one.editable && !one.unique && !one.masked)
  const tagging = key === TAGS
  const nothing = tagging && !tags.add_tags.length && !tags.remove_tags.length
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!field) return
    setBusy(true)
    const done = await onApply(tagging ? filled(tags) : { set: writeForm(meta, { [key]: value }) })
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
          {field && tagging && <Tags field={field} tags={tags} onChange={setTags} />}
          {field && !tagging && (
            <FieldInput
              key={key}
              field={{ ...field, required: false }}
              value={value}
              object={meta.object}
              autoFocus
              onChange={setValue}
            />
          )}
          <BulkPreview meta={meta} target={target} />
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" variant="filled" disabled={!field || nothing} loading={busy}>
              {t('list.bulkApply')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** An empty list is left out: nothing was asked. */
const filled = (tags: typeof NO_TAGS): Partial<BulkRequest> =>
  Object.fromEntries(Object.entries(tags).filter(([, names]) => names.length))

interface TagsProps {
  field: Field
  tags: typeof NO_TAGS
  onChange: (tags: typeof NO_TAGS) => void
}
function Tags({ field, tags, onChange }: TagsProps) {
  const { t } = useTranslation()
  const labels = { add_tags: t('list.addTags'), remove_tags: t('list.removeTags') }
  return (['add_tags', 'remove_tags'] as const).map((part, index) => (
    <FieldInput
      key={part}
      field={{ ...field, label: labels[part], required: false }}
      value={tags[part]}
      autoFocus={index === 0}
      onChange={(names) => onChange({ ...tags, [part]: (names as string[] | null) ?? [] })}
    />
  ))
}
