import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { ApiError } from '@/api/errors'
import i18n from '@/i18n'

const UNDO_MS = 8000
const PLAIN_MS = 3500

export function toast(message: string) {
  notifications.show({ message, autoClose: PLAIN_MS })
}

/** A toast with an undo button that lives eight seconds. */
export function toastUndo(message: string, undo: () => Promise<unknown> | undefined) {
  const id = crypto.randomUUID()
  const run = async () => {
    notifications.hide(id)
    try {
      await undo()
      toast(i18n.t('common.undone'))
    } catch (error) {
      toastError(error)
    }
  }
  notifications.show({
    id,
    autoClose: UNDO_MS,
    message: (
      <span className="row between">
        <span>{message}</span>
        <Button variant="subtle" size="compact-xs" onClick={() => void run()}>
          {i18n.t('common.undo')}
        </Button>
      </span>
    ),
  })
}

/** What to tell the user about a failed call: the server's own words, already in his language. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiError)) return i18n.t('common.failed')
  if (error.code === 'network') return i18n.t('common.network')
  const { errors, detail, title } = error.problem
  // What is wrong with a field says more than that something is wrong.
  const named = [...new Set(errors?.map(({ message }) => message))].slice(0, 3).join(' ')
  return named || detail || title || i18n.t('common.failed')
}

export function toastError(error: unknown) {
  notifications.show({ message: messageOf(error), color: 'red', autoClose: 6000 })
}
