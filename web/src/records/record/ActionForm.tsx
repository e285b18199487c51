import { Button, Group } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { useRecordAction, useUpdateRecord } from '@/api/records'
import { kindOf } from '@/fields/registry'
import { isEmpty } from '@/fields/types'
import type { Field } from '@/metadata/types'
import { Notice } from '@/ui/Notice'
import { messageOf } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import { todayIn } from '@/ui/zoned'
import { RecordForm } from '../form/RecordForm'
import { writeForm } from '../save/useSaveField'
import type { ActionFormProps } from './parts'

/**
 * Asks for an action's parameters by its fields and runs it. Fields of the record that the action
 * turns out to need are asked for as well, and saved before it.
 */
export function ActionForm({ meta, record, action, done, cancel }: ActionFormProps) {
  const { t } = useTranslation()
  const { mutateAsync, isPending } = useRecordAction(meta)
  const today = todayIn(useFormat().timezone)
  const [values, setValues] = useState(() => startOf(action.params, today))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<unknown>(null)
  const [asked, setAsked] = useState<Field[]>([])
  const [base, setBase] = useState(record)
  const { mutateAsync: update } = useUpdateRecord(meta)
  const fill = async () => {
    const filled = asked.filter(({ key }) => !isEmpty(values[key]))
    if (!filled.length) return
    const given = Object.fromEntries(filled.map(({ key }) => [key, values[key]]))
    setBase(await update({ record: base, change: writeForm(meta, given), shown: given }))
  }
  const run = async (event: FormEvent) => {
    event.preventDefault()
    const missing = action.params.filter((field) => field.required && isEmpty(values[field.key]))
    setErrors(Object.fromEntries(missing.map((field) => [field.key, t('form.required')])))
    setProblem(null)
    if (missing.length) return
    const filled = action.params.filter((field) => !isEmpty(values[field.key]))
    const params = Object.fromEntries(
      filled.map((field) => [field.key, kindOf(field).toWrite(values[field.key], field)]),
    )
    try {
      await fill()
      done(await mutateAsync({ id: record.id, action: action.key, params }))
    } catch (error) {
      const refused = isApiError(error) ? error.fields : {}
      const more = meta.fields.filter((field) => field.editable && field.key in refused)
      const known = [...action.params, ...asked].map(({ key }) => key)
      setAsked([...asked, ...more.filter(({ key }) => !known.includes(key))])
      setErrors(refused)
      setProblem(error)
    }
  }
  const fields = [...action.params, ...asked]
  const told = fields.some((field) => field.key in errors)
  return (
    <form onSubmit={(event) => void run(event)} noValidate>
      {problem !== null && !told && <Notice kind="error">{messageOf(problem)}</Notice>}
      <RecordForm
        meta={meta}
        fields={fields}
        values={values}
        errors={errors}
        problem={problem}
        record={record}
        onChange={(key, value) => setValues((now) => ({ ...now, [key]: value }))}
      />
      <Group justify="flex-end" gap="xs" mt="md">
        <Button onClick={cancel}>{t('common.cancel')}</Button>
        <Button
          type="submit"
          variant="filled"
          loading={isPending}
          color={action.dangerous ? 'red' : undefined}
          data-autofocus={action.params.length ? undefined : true}
        >
          {action.label}
        </Button>
      </Group>
    </form>
  )
}

const startOf = (params: Field[], today: string): Record<string, unknown> =>
  Object.fromEntries(
    params
      .filter((field) => !isEmpty(field.default))
      // the server's word for the day on which it happens
      .map((field) => [field.key, field.default === 'today' ? today : field.default]),
  )
