import { Button, CopyButton, Group, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { useRecordAction } from '@/api/records'
import type { RecordData } from '@/api/types'
import { kindOf } from '@/fields/registry'
import { isEmpty } from '@/fields/types'
import type { Action, ObjectMeta } from '@/metadata/types'
import { Notice } from '@/ui/Notice'
import { messageOf, toast } from '@/ui/toast'
import { RecordForm } from '../form/RecordForm'

interface Props {
  meta: ObjectMeta
  record: RecordData
  action: Action
  onClose: () => void
}

/** Asks for an action's parameters, runs it, and shows the address it may answer with. */
export function ActionDialog({ meta, record, action, onClose }: Props) {
  const { t } = useTranslation()
  const { mutateAsync, isPending } = useRecordAction(meta)
  const [values, setValues] = useState<Record<string, unknown>>({})
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [failure, setFailure] = useState<string | null>(null)
  const [url, setUrl] = useState<string | null>(null)
  const run = async (event: FormEvent) => {
    event.preventDefault()
    const missing = action.params.filter((field) => field.required && isEmpty(values[field.key]))
    setErrors(Object.fromEntries(missing.map((field) => [field.key, t('form.required')])))
    setFailure(null)
    if (missing.length) return
    const filled = action.params.filter((field) => !isEmpty(values[field.key]))
    const params = Object.fromEntries(
      filled.map((field) => [field.key, kindOf(field).toWrite(values[field.key], field)]),
    )
    try {
      const answer = await mutateAsync({ id: record.id, action: action.key, params })
      toast(t('record.actionDone', { name: action.label }))
      if (typeof answer?.url === 'string') setUrl(answer.url)
      else onClose()
    } catch (error) {
      const byField = isApiError(error) ? error.fields : {}
      const known = action.params.some((field) => field.key in byField)
      setErrors(byField)
      setFailure(known ? null : [messageOf(error), ...Object.values(byField)].join(' '))
    }
  }
  const danger = action.dangerous ? { color: 'red' } : {}
  return (
    <Modal opened onClose={onClose} title={`${action.label} · ${record.name}`} size={440}>
      {url ? (
        <Address url={url} onClose={onClose} />
      ) : (
        <form onSubmit={(event) => void run(event)} noValidate>
          {failure && <Notice kind="error">{failure}</Notice>}
          <RecordForm
            meta={meta}
            fields={action.params}
            values={values}
            errors={errors}
            record={record}
            onChange={(key, value) => setValues((now) => ({ ...now, [key]: value }))}
          />
          <Group justify="flex-end" gap="xs" mt="md">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" variant="filled" loading={isPending} {...danger}>
              {action.label}
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  )
}

function Address({ url, onClose }: { url: string; onClose: () => void }) {
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
