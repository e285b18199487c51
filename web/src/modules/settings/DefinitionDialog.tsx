import { Button, Group, Modal, Stack } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { saveDefinition } from '@/api/admin'
import { type ApiError, isApiError } from '@/api/errors'
import { Notice } from '@/ui/Notice'
import { messageOf, toast } from '@/ui/toast'

interface Props {
  title: string
  kind: Parameters<typeof saveDefinition>[0]
  /** What is changed; null makes a new one. */
  id: string | null
  /** The form as it is sent. */
  body: () => Record<string, unknown>
  /** Needs more room than a few inputs. */
  wide?: boolean
  /** The inputs, given the server's word on each. */
  children: (errors: Record<string, string>) => ReactNode
  onSaved: () => void
  onClose: () => void
}

/** The dialog in which a custom field or object is defined: sends, and shows each fault at its place. */
export function DefinitionDialog({
  title,
  kind,
  id,
  body,
  wide,
  children,
  onSaved,
  onClose,
}: Props) {
  const { t } = useTranslation()
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setFailure(null)
    try {
      await saveDefinition(kind, id, body())
      toast(t('settings.saved'))
      onSaved()
      onClose()
    } catch (error) {
      const found = isApiError(error) ? { ...placesOf(error), ...error.fields } : {}
      setErrors(found)
      if (!Object.keys(found).length) setFailure(messageOf(error))
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={title} size={wide ? 720 : 560}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          {failure && <Notice kind="error">{failure}</Notice>}
          {children(errors)}
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" variant="filled" loading={busy}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Messages by their whole place too: `columns/2/formula`. */
const placesOf = (error: ApiError): Record<string, string> =>
  Object.fromEntries(
    (error.problem.errors ?? []).map(({ pointer, message }) => [pointer.slice(1), message]),
  )
