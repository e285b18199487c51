import { Input, Stack } from '@mantine/core'
import { isApiError } from '@/api/errors'
import type { RecordData } from '@/api/types'
import { FieldDisplay, FieldInput } from '@/fields/Field'
import type { Field, ObjectMeta } from '@/metadata/types'

interface Props {
  meta: ObjectMeta
  fields: Field[]
  values: Record<string, unknown>
  errors: Record<string, string>
  onChange: (key: string, value: unknown) => void
  record?: RecordData
  /** What the server refused, for errors inside a field's value. */
  problem?: unknown
  /** Whether the first field gets the focus. */
  focus?: boolean
}

/** Fields one below the other, each with its own input and its own error. */
export function RecordForm({ focus = true, ...props }: Props) {
  const { meta, fields, values, errors, onChange, record, problem } = props
  return (
    <Stack gap="sm">
      {fields.map((field, index) =>
        field.editable === false ? (
          <Input.Wrapper key={field.key} label={field.label} error={errors[field.key]}>
            <div>
              <FieldDisplay field={field} value={values[field.key] ?? null} />
            </div>
          </Input.Wrapper>
        ) : (
          <FieldInput
            key={field.key}
            field={field}
            value={values[field.key] ?? null}
            error={errors[field.key]}
            errors={isApiError(problem) ? problem.inside(field.key) : undefined}
            autoFocus={focus && index === 0}
            object={meta.object}
            record={{ ...record, ...values }}
            onChange={(value) => onChange(field.key, value)}
          />
        ),
      )}
    </Stack>
  )
}
