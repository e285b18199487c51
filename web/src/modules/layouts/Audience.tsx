import { MultiSelect, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import { fieldOf, findObject, useObject, useObjects } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { type Draft, tellingFields } from './draft'
import classes from './Editor.module.css'

const MANY = 200
const NOWHERE = { object: '', path: '' }

interface Props {
  meta: ObjectMeta
  draft: Draft
  onChange: (change: Partial<Draft>) => void
}

/** Whom a layout is for: roles, and records of a type. */
export function Audience({ meta, draft, onChange }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const roles = useRows(useObject('role'))
  const { record_type: type } = draft
  const field = type ? fieldOf(meta, type.field) : undefined
  return (
    <div className={classes.audience}>
      <MultiSelect
        label={t('layouts.roles')}
        placeholder={draft.roles.length ? undefined : t('layouts.everyone')}
        searchable
        data={roles}
        value={draft.roles}
        onChange={(chosen) => onChange({ roles: chosen })}
      />
      <Select
        label={t('layouts.type')}
        placeholder={t('layouts.allTypes')}
        searchable
        clearable
        data={tellingFields(meta, objects).map(({ key, label }) => ({ value: key, label }))}
        value={type?.field ?? null}
        onChange={(key) => onChange({ record_type: key ? { field: key, values: [] } : null })}
      />
      {type && field && (
        <Values
          field={field}
          target={findObject(objects, field.target)}
          values={type.values}
          onChange={(values) => onChange({ record_type: { ...type, values } })}
        />
      )}
    </div>
  )
}

function useRows(target: ObjectMeta | undefined) {
  const { data } = useQuery({
    ...rowsQuery(target ?? NOWHERE, { limit: MANY, count: 'none' }),
    enabled: target !== undefined,
  })
  return (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
}

interface ValuesProps {
  field: Field
  target: ObjectMeta | undefined
  values: string[]
  onChange: (values: string[]) => void
}
function Values({ field, target, values, onChange }: ValuesProps) {
  const { t } = useTranslation()
  const rows = useRows(target)
  const options = field.options?.map(({ key, label }) => ({ value: key, label }))
  return (
    <MultiSelect
      label={`${t('layouts.values')} · ${field.label}`}
      searchable
      data={options ?? rows}
      value={values}
      onChange={onChange}
    />
  )
}
