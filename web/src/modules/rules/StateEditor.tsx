import { Group, Input, MultiSelect, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import { fieldOf, findObject, useObjects } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import type { Draft } from './draft'

interface Props {
  object: ObjectMeta
  draft: Draft
  set: (change: Partial<Draft>) => void
  errors: Record<string, string>
}
const MANY = 200
const NOWHERE = { object: '', path: '' }

/** Fields that hold a state: one of some options, or a record of a small object. */
const holdsState = ({ options, target, operators, read_only: filled }: Field) =>
  Boolean((options?.length || (target && !filled)) && operators?.includes('in'))

/** A state field and some of its values. */
export function StateEditor({ object, draft, set, errors }: Props) {
  const { t } = useTranslation()
  const { kind, state } = draft
  if (kind === 'display') return null
  const field = fieldOf(object, state?.field ?? '')
  return (
    <Input.Wrapper label={t(`rules.state.${kind}`)} required={kind === 'gate'} error={errors.state}>
      <Group grow gap="sm" align="flex-start">
        <Select
          aria-label={t('rules.stateField')}
          placeholder={t('rules.stateField')}
          searchable
          clearable={kind === 'validation'}
          data={object.fields
            .filter(holdsState)
            .toSorted((a, b) => rank(object, a) - rank(object, b))
            .map(({ key, label }) => ({ value: key, label }))}
          value={state?.field ?? null}
          onChange={(key) => set({ state: key ? { field: key, values: [] } : null })}
        />
        {field && state && (
          <Values
            field={field}
            values={state.values}
            onChange={(values) => set({ state: { field: field.key, values } })}
          />
        )}
      </Group>
    </Input.Wrapper>
  )
}

/** What the object itself calls its course comes first. */
const rank = (object: ObjectMeta, { key, options, system }: Field) =>
  key === object.stage_path?.field ? 0 : system ? 3 : options?.length ? 1 : 2

interface ValuesProps {
  field: Field
  values: string[]
  onChange: (values: string[]) => void
}
function Values({ field, values, onChange }: ValuesProps) {
  const { t } = useTranslation()
  const target = findObject(useObjects(), field.target)
  const { data } = useQuery({
    ...rowsQuery(target ?? NOWHERE, { fields: ['name'], limit: MANY, count: 'none' }),
    enabled: target !== undefined && !field.options?.length,
  })
  const rows = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const options = field.options?.map(({ key, label }) => ({ value: key, label }))
  return (
    <MultiSelect
      aria-label={t('rules.stateValues')}
      placeholder={values.length ? undefined : t('rules.stateValues')}
      searchable
      data={options ?? rows}
      value={values}
      onChange={onChange}
    />
  )
}
