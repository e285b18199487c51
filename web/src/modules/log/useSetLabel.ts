import { useTranslation } from 'react-i18next'
import type { ChangeSet } from '@/api/types'
import { findObject, useObjects } from '@/metadata/hooks'

const ACTIONS = [
  'complete',
  'reopen',
  'win',
  'lose',
  'invite',
  'move',
  'hand_over',
  'deactivate',
  'merge',
  // what the product does by itself
  'expired',
  'overdue',
  'new_rights',
  'cleared',
] as const
/** Of `quote.expired` the object and, where there are words for it, what was done. */
export function actionOf(label: string | null | undefined) {
  const [, object, key] = /^([a-z]\w*)\.([a-z]\w*)$/.exec(label ?? '') ?? []
  return { object, key, known: ACTIONS.find((one) => one === key) }
}
const VERBS = ['create', 'update', 'delete', 'restore'] as const

/** What a set was about, in words: an action by its label, even one the reader may not run. */
export function useSetLabel() {
  const { t } = useTranslation()
  const objects = useObjects()
  return ({ label }: ChangeSet): string => {
    const verb = VERBS.find((one) => one === label)
    if (verb) return t(`log.verbs.${verb}`)
    const { object, key, known } = actionOf(label)
    const meta = findObject(objects, object)
    const found = meta?.actions.find((action) => action.key === key)
    if (found) return found.label
    if (known) return t(`log.actions.${known}`)
    // The name of an action that is not known here is no word for people; a file's name is.
    return meta ? '' : (label ?? '')
  }
}
