import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'
import { keys } from '@/api/keys'
import { useCreateRecord, useUpdateRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import type { ObjectMeta, PagePlace } from '@/metadata/types'
import { messageOf, toast } from '@/ui/toast'
import { type Draft, LAYOUTS } from './draft'

const STALE = 409
const LAYOUT = { object: LAYOUTS, path: 'page_layouts' }

/** Saves a layout; what is on screen follows at once, here and at everybody else's. */
export function useSaveLayout(
  meta: ObjectMeta,
  place: PagePlace,
  record: RecordData | null,
  onSaved: (record: RecordData) => void,
) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { mutateAsync: create, isPending: creating } = useCreateRecord(LAYOUT)
  const { mutateAsync: update, isPending: updating } = useUpdateRecord(LAYOUT)
  const [error, setError] = useState<unknown>(null)
  const save = async (draft: Draft) => {
    setError(null)
    const change = { ...draft }
    try {
      const saved = record
        ? await update({ record, change, shown: {} })
        : await create({ values: { ...change, applies_to: meta.object, place } })
      void client.invalidateQueries({ queryKey: keys.objects })
      toast(t('layouts.saved'))
      onSaved(saved)
    } catch (problem) {
      setError(problem)
    }
  }
  const errors = error instanceof ApiError ? (error.problem.errors ?? []) : []
  const told = errors.map(({ message }) => message)
  return {
    save,
    busy: creating || updating,
    failure: error ? told.join(' ') || messageOf(error) : null,
    stale: error instanceof ApiError && error.status === STALE,
  }
}
