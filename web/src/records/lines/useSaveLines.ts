import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { patchRecord } from '@/api/cache'
import { isApiError } from '@/api/errors'
import { useUpdateRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import type { Field, ObjectMeta } from '@/metadata/types'
import { toastError, toastUndo } from '@/ui/toast'
import { askStale } from '../save/StaleDialog'
import { writeForm } from '../save/useSaveField'

/**
 * Saves the lines of a record against the version they were read from. What the server refuses in a
 * line is kept for its cell; a change by somebody else asks whose lines stay.
 */
export function useSaveLines(meta: ObjectMeta, field: Field) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { mutateAsync, isPending } = useUpdateRecord(meta)
  const [error, setError] = useState<string>()
  const [errors, setErrors] = useState<Record<string, string>>()
  const send = (record: RecordData, value: unknown) => {
    const change = writeForm(meta, { [field.key]: value })
    // The sums are the server's: nothing is shown before its answer.
    return mutateAsync({ record, change, shown: {} })
  }
  const save = async (base: RecordData, value: unknown): Promise<boolean> => {
    setError(undefined)
    setErrors(undefined)
    try {
      const saved = await send(base, value)
      toastUndo(t('list.edited', { field: field.label }), () => send(saved, base[field.key]))
      return true
    } catch (problem) {
      if (isApiError(problem, 'stale') && problem.problem.current) {
        const { current } = problem.problem
        const mine = { [field.key]: value }
        const choice = await askStale({ meta, problem: problem.problem, mine })
        if (choice === 'mine') return save(current, value)
        patchRecord(client, meta.object, current)
        return true
      }
      const inside = isApiError(problem) ? problem.inside(field.key) : {}
      setErrors(inside)
      if (Object.keys(inside).length) return false
      if (isApiError(problem) && problem.fields[field.key]) setError(problem.fields[field.key])
      else toastError(problem)
      return false
    }
  }
  return { save, busy: isPending, error, errors }
}
