import { Button, Checkbox, Group, Modal, Radio, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SavedView } from '@/api/types'
import { RolePicker } from '@/fields/RolePicker'
import { toastError } from '@/ui/toast'

type Named = Pick<SavedView, 'name' | 'shared' | 'roles' | 'pinned'>
interface Props {
  title: string
  start?: Partial<Named>
  onSave: (named: Named) => Promise<unknown>
  onClose: () => void
}

type Audience = 'me' | 'roles' | 'all'
const audienceOf = ({ shared, roles }: Partial<Named>): Audience =>
  !shared ? 'me' : roles?.length ? 'roles' : 'all'

/** Name of a view and who sees it. */
export default function SaveViewDialog({ title, start = {}, onSave, onClose }: Props) {
  const { t } = useTranslation()
  const [name, setName] = useState(start.name ?? '')
  const [audience, setAudience] = useState(audienceOf(start))
  const [roles, setRoles] = useState(start.roles ?? [])
  const [pinned, setPinned] = useState(start.pinned ?? false)
  const [busy, setBusy] = useState(false)
  const ready = name.trim() && (audience !== 'roles' || roles.length > 0)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const whom = { shared: audience !== 'me', roles: audience === 'roles' ? roles : [] }
      await onSave({ name: name.trim(), pinned, ...whom })
      onClose()
    } catch (error) {
      toastError(error)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput
            label={t('list.viewName')}
            data-autofocus
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Radio.Group
            label={t('list.audience')}
            value={audience}
            onChange={(next) => setAudience(next as Audience)}
          >
            <Stack gap={10} mt={8}>
              {(['me', 'roles', 'all'] as const).map((one) => (
                <Radio key={one} value={one} label={t(`list.audiences.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          {audience === 'roles' && <RolePicker value={roles} onChange={setRoles} />}
          {audience !== 'me' && <p className="dim small">{t('list.sharedHint')}</p>}
          <Checkbox
            label={t('list.pinView')}
            checked={pinned}
            onChange={(event) => setPinned(event.currentTarget.checked)}
          />
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" variant="filled" disabled={!ready} loading={busy}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
