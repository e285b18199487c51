import { Button, Group, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '@/api/errors'
import type { RecordData } from '@/api/types'
import { FieldInput } from '@/fields/Field'
import { fieldsOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { askDialog } from '@/ui/dialogs'
import { messageOf } from '@/ui/toast'

interface Question {
  meta: ObjectMeta
  record: RecordData
  error: ApiError
}
type Values = Record<string, unknown>

/** Asks for the fields that a stage requires, in a small form; null when given up. */
export const askRequirements = (question: Question): Promise<Values | null> =>
  askDialog<Values | null>(messageOf(question.error), null, (end) => (
    <RequirementsForm {...question} end={end} />
  ))

function RequirementsForm({
  meta,
  record,
  error,
  end,
}: Question & { end: (values: Values | null) => void }) {
  const { t } = useTranslation()
  const [values, setValues] = useState<Values>({})
  const errors = error.fields
  const fields = fieldsOf(meta, Object.keys(errors))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    end(values)
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {fields.map((field, index) => (
          <FieldInput
            key={field.key}
            field={{ ...field, required: true }}
            value={values[field.key] ?? record[field.key] ?? null}
            error={field.key in values ? undefined : errors[field.key]}
            autoFocus={index === 0}
            record={record}
            object={meta.object}
            onChange={(value) => setValues((now) => ({ ...now, [field.key]: value }))}
          />
        ))}
        <Group justify="flex-end" gap="xs">
          <Button onClick={() => end(null)}>{t('common.cancel')}</Button>
          <Button type="submit" variant="filled">
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
