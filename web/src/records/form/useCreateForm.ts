import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, type Duplicate } from '@/api/errors'
import { useCreateRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import { isEmpty } from '@/fields/types'
import { fieldsOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { messageOf } from '@/ui/toast'
import { titleField } from '../list/columns'
import { writeForm } from '../save/useSaveField'
import { dropDraft, keepDraft, readDraft } from './draft'

type Values = Record<string, unknown>

/** The fields a new record begins with: those of the layout and whatever is required besides. */
export function quickFields(meta: ObjectMeta) {
  const chosen = meta.layout.quick_create.length ? meta.layout.quick_create : [titleField(meta).key]
  const required = meta.fields.filter((field) => field.required && field.editable)
  const keys = [...new Set([...chosen, ...required.map((field) => field.key)])]
  return fieldsOf(meta, keys).filter((field) => field.editable)
}

/** Values, errors, duplicates and drafts of the form that creates one record. */
export function useCreateForm(meta: ObjectMeta, start: Values | undefined) {
  const { t } = useTranslation()
  const draft = start ? null : readDraft(meta.object)
  const [values, setValues] = useState<Values>(() => {
    const title = titleField(meta).key
    const defaults = meta.fields
      .filter((field) => field.editable && !isEmpty(field.default))
      .map((field) => [field.key, field.default] as const)
    const { name, ...given } = start ?? {}
    return {
      ...Object.fromEntries(defaults),
      ...given,
      ...(name ? { [title]: name } : {}),
      ...draft,
    }
  })
  const [restored, setRestored] = useState(draft !== null)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [failure, setFailure] = useState<string | null>(null)
  const [duplicates, setDuplicates] = useState<Duplicate[]>([])
  const { mutateAsync, isPending } = useCreateRecord(meta)

  const change = (key: string, value: unknown) => {
    const next = { ...values, [key]: value }
    setValues(next)
    setErrors(({ [key]: _fixed, ...others }) => others)
    setDuplicates([])
    if (!start) keepDraft(meta.object, next)
  }
  const clear = () => {
    dropDraft(meta.object)
    setValues(start ?? {})
    setErrors({})
    setDuplicates([])
    setFailure(null)
    setRestored(false)
  }
  const missing = () => {
    const found = quickFields(meta).filter((field) => field.required && isEmpty(values[field.key]))
    return Object.fromEntries(found.map((field) => [field.key, t('form.required')]))
  }
  const submit = async (allowDuplicates = false): Promise<RecordData | null> => {
    const empty = missing()
    setErrors(empty)
    setFailure(null)
    if (Object.keys(empty).length) return null
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)))
    try {
      const record = await mutateAsync({ values: writeForm(meta, filled), allowDuplicates })
      dropDraft(meta.object)
      return record
    } catch (error) {
      const problem = error instanceof ApiError ? error : null
      setErrors(problem?.fields ?? {})
      setDuplicates(problem?.problem.duplicates ?? [])
      if (!problem?.problem.duplicates) setFailure(messageOf(error))
      return null
    }
  }
  return { values, errors, failure, duplicates, restored, busy: isPending, change, clear, submit }
}
