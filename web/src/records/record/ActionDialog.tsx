import { Button, CopyButton, Group, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import type { Action, ObjectMeta } from '@/metadata/types'
import { toast } from '@/ui/toast'
import { ActionForm } from './ActionForm'

interface Props {
  meta: ObjectMeta
  record: RecordData
  action: Action
  onClose: () => void
}

/** Asks for an action's parameters, runs it, and shows the address it may answer with. */
export function ActionDialog({ meta, record, action, onClose }: Props) {
  const { t } = useTranslation()
  const [url, setUrl] = useState<string | null>(null)
  const done = (answer: Record<string, unknown>) => {
    toast(t('record.actionDone', { name: action.label }))
    if (typeof answer?.url === 'string') setUrl(answer.url)
    else onClose()
  }
  return (
    <Modal opened onClose={onClose} title={`${action.label} · ${record.name}`} size={440}>
      {url ? (
        <Address url={url} onClose={onClose} />
      ) : (
        <ActionForm {...{ meta, record, action, done }} cancel={onClose} />
      )}
    </Modal>
  )
}

/** An address to be handed on, such as an invitation. */
export function Address({ url, onClose }: { url: string; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <>
      <TextInput readOnly value={url} aria-label={t('record.copyLink')} />
      <Group justify="flex-end" gap="xs" mt="md">
        <Button onClick={onClose}>{t('common.close')}</Button>
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <Button variant="filled" onClick={copy} data-autofocus>
              {copied ? t('common.copied') : t('record.copyLink')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </>
  )
}
