import { useState } from 'react'
import { ApiError, type Duplicate } from '@/api/errors'
import { useCreateRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import { isEmpty } from '@/fields/types'
import { fieldsOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { messageOf } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import { todayIn } from '@/ui/zoned'
import { titleField } from '../list/columns'
import { writeForm } from '../save/useSaveField'
import { dropDraft, keepDraft, readDraft } from './draft'

type Values = Record<string, unknown>

/**
 * The fields a new record begins with: those of the layout, and any that the server missed. What is
 * required is the server's to say: it fills many fields by itself.
 */
export function quickFields(meta: ObjectMeta, errors: Record<string, string> = {}) {
  const { quick_create } = meta.layout
  const chosen = quick_create.length ? quick_create : [titleField(meta).key]
  const keys = new Set([...chosen, ...Object.keys(errors)])
  return fieldsOf(meta, [...keys]).filter((field) => field.editable)
}

/** Values, errors, duplicates and drafts of the form that creates one record. */
export function useCreateForm(meta: ObjectMeta, start: Values | undefined) {
  const today = todayIn(useFormat().timezone)
  const draft = start ? null : readDraft(meta.object)
  const [values, setValues] = useState<Values>(() => {
    const title = titleField(meta).key
    const defaults = meta.fields
      .filter((field) => field.editable && !isEmpty(field.default))
      // the server's word for the day on which a record is made
      .map((field) => [field.key, field.default === 'today' ? today : field.default] as const)
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
  const [problem, setProblem] = useState<unknown>(null)
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
  const submit = async (allowDuplicates = false): Promise<RecordData | null> => {
    setErrors({})
    setProblem(null)
    setFailure(null)
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)))
    try {
      const record = await mutateAsync({ values: writeForm(meta, filled), allowDuplicates })
      dropDraft(meta.object)
      return record
    } catch (error) {
      const problem = error instanceof ApiError ? error : null
      setProblem(problem)
      setErrors(problem?.fields ?? {})
      setDuplicates(problem?.problem.duplicates ?? [])
      const told = problem?.problem.duplicates || Object.keys(problem?.fields ?? {}).length
      if (!told) setFailure(messageOf(error))
      return null
    }
  }
  return {
    values,
    errors,
    problem,
    failure,
    duplicates,
    restored,
    busy: isPending,
    change,
    clear,
    submit,
  }
}
