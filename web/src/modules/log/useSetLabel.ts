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
] as const
// what the product does by itself, as the log has it
const OWN = {
  Expired: 'expired',
  Overdue: 'overdue',
  'Rights of a new release': 'newRights',
} as const
const VERBS = ['create', 'update', 'delete', 'restore'] as const

export const ownWork = (label: string | null | undefined) =>
  Object.entries(OWN).find(([name]) => name === label)?.[1]

/** What a set was about, in words: an action by its label, even one the reader may not run. */
export function useSetLabel() {
  const { t } = useTranslation()
  const objects = useObjects()
  return ({ label }: ChangeSet): string => {
    const verb = VERBS.find((one) => one === label)
    if (verb) return t(`log.verbs.${verb}`)
    const own = ownWork(label)
    if (own) return t(`log.own.${own}`)
    const [, object, key] = /^([a-z]\w*)\.([a-z]\w*)$/.exec(label ?? '') ?? []
    const meta = findObject(objects, object)
    const found = meta?.actions.find((action) => action.key === key)
    if (found) return found.label
    const known = ACTIONS.find((one) => one === key)
    if (known) return t(`log.actions.${known}`)
    // The name of an action that is not known here is no word for people; a file's name is.
    return meta ? '' : (label ?? '')
  }
}
