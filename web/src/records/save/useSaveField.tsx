import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { patchRecord } from '@/api/cache'
import { type ApiError, isApiError } from '@/api/errors'
import { useUpdateRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import { kindOf } from '@/fields/registry'
import { fieldOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { toastError, toastUndo } from '@/ui/toast'
import { askRequirements } from './RequirementsDialog'
import { askStale } from './StaleDialog'

type Values = Record<string, unknown>
const MISSING = 'stage_requirements'
const REFUSED = 'rule_not_met'

/** Shown values by key → what is written. */
export function writeForm(meta: ObjectMeta, values: Record<string, unknown>) {
  const written: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(values)) {
    const field = fieldOf(meta, key)
    written[key] = field ? kindOf(field).toWrite(value ?? null, field) : value
  }
  return written
}

/**
 * A refusal for want of fields that were not sent: the reason for a state, or what a rule points
 * at.
 */
function lacksMore(meta: ObjectMeta, error: unknown, sent: Values): error is ApiError {
  const ruled = isApiError(error, REFUSED)
  if (!ruled && !isApiError(error, 'invalid')) return false
  const wanted = error.problem.errors ?? []
  return (
    wanted.length > 0 &&
    wanted.every(({ pointer, code }) => {
      const key = pointer.slice(1)
      return (ruled || code === 'required') && !(key in sent) && fieldOf(meta, key)?.editable
    })
  )
}

/**
 * Saves changed values of one record at once: shown immediately, undoable for eight seconds. Stale
 * versions ask which side wins; a stage that wants more fields asks for them. Resolves to the saved
 * record, or null when it was refused or given up (then everything shows as before).
 */
export function useSaveValues(meta: ObjectMeta) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { mutateAsync } = useUpdateRecord(meta)
  return useCallback(
    async (record: RecordData, values: Record<string, unknown>, quiet = false) => {
      const send = (base: RecordData, shown: Record<string, unknown>) =>
        mutateAsync({ record: base, shown, change: writeForm(meta, shown) })
      const attempt = async (
        base: RecordData,
        shown: Record<string, unknown>,
      ): Promise<RecordData | null> => {
        try {
          return await send(base, shown)
        } catch (error) {
          if (isApiError(error, 'stale') && error.problem.current) {
            const { current } = error.problem
            const choice = await askStale({ meta, problem: error.problem, mine: shown })
            if (choice === 'mine') return attempt(current, shown)
            patchRecord(client, meta.object, current)
            return null
          }
          if (isApiError(error, MISSING) || lacksMore(meta, error, shown)) {
            const more = await askRequirements({ meta, record: base, error })
            return more ? attempt(base, { ...shown, ...more }) : null
          }
          toastError(error)
          return null
        }
      }
      const saved = await attempt(record, values)
      if (saved && !quiet) {
        const before = Object.fromEntries(Object.keys(values).map((key) => [key, record[key]]))
        const label = Object.keys(values)
          .map((key) => fieldOf(meta, key)?.label ?? key)
          .join(', ')
        toastUndo(t('list.edited', { field: label }), () => send(saved, before))
      }
      return saved
    },
    [meta, mutateAsync, client, t],
  )
}

/** The same for one field; a value that did not change is not sent. */
export function useSaveField(meta: ObjectMeta) {
  const save = useSaveValues(meta)
  return useCallback(
    (record: RecordData, field: Field, value: unknown) =>
      same(record[field.key], value)
        ? Promise.resolve(record)
        : save(record, { [field.key]: value }),
    [save],
  )
}

const same = (a: unknown, b: unknown) =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null) ||
  ((a === undefined || a === null) && b === '')
