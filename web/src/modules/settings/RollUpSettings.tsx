import { Button, Group, Input, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FilterNode } from '@/api/types'
import { findObject, useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import FilterBuilder from '@/records/filter/FilterBuilder'
import { countConditions, parseFilter, storedFilter } from '@/records/filter/tree'
import type { FieldDraft } from './fieldDraft'

const FUNCTIONS = ['count', 'sum', 'avg', 'min', 'max'] as const

interface Props {
  object: string
  draft: FieldDraft
  errors: Record<string, string>
  onChange: (change: Partial<FieldDraft>) => void
}

/** The links of other objects that lead here; those to any record count where they lend sight. */
function linksTo(objects: ObjectMeta[], object: string) {
  return objects.flatMap((child) =>
    child.fields
      .filter((field) => field.target === object && !field.system && !field.columns)
      .filter((field) => !['owner', 'department'].includes(field.key))
      .map((field) => ({
        value: `${child.object}.${field.key}`,
        label: `${child.label_plural} · ${field.label}`,
      })),
  )
}

/** The record's own lines. */
function ownLines(objects: ObjectMeta[], object: string) {
  const tables = findObject(objects, object)?.fields.filter(
    (field) => field.custom && field.columns,
  )
  return (tables ?? []).map((field) => ({
    value: `${object}.${field.key}`,
    label: field.label,
  }))
}

/** The lines of a sub-table as if they were records, for the conditions. */
function linesAs(meta: ObjectMeta | undefined, key: string): ObjectMeta | undefined {
  const columns = meta?.fields.find((field) => field.key === key && field.custom)?.columns
  return meta && columns ? { ...meta, fields: columns } : meta
}

/** What a roll-up adds up: which records, which figure of them, and under what conditions. */
export function RollUpSettings({ object, draft, errors, onChange }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const [building, setBuilding] = useState(false)
  const [name = null, link = ''] = draft.over?.split('.') ?? []
  const child = linesAs(findObject(objects, name), name === object ? link : '')
  const counts = draft.function === 'count'
  const wanted = draft.function as 'sum'
  const figures = (child?.fields ?? []).filter((one) => one.aggregates?.includes(wanted))
  const group = parseFilter(draft.filter as FilterNode | null)
  const conditions = countConditions(group)
  const clear = { of: null, filter: null }
  return (
    <>
      <Select
        label={t('settings.rollUp.over')}
        searchable
        required
        data={[...ownLines(objects, object), ...linksTo(objects, object)]}
        value={draft.over}
        error={errors.over}
        onChange={(over) => onChange({ over, ...clear })}
      />
      <Group grow gap="sm" align="flex-start">
        <Select
          label={t('settings.rollUp.function')}
          data={FUNCTIONS.map((value) => ({ value, label: t(`settings.rollUp.${value}`) }))}
          value={draft.function}
          allowDeselect={false}
          error={errors.function}
          onChange={(next) => onChange({ function: next ?? 'count', of: null })}
        />
        {!counts && (
          <Select
            label={t('settings.rollUp.of')}
            searchable
            data={figures.map((one) => ({ value: one.key, label: one.label }))}
            value={draft.of}
            error={errors.of}
            onChange={(of) => onChange({ of })}
          />
        )}
      </Group>
      {child && (
        <Input.Wrapper
          label={t('settings.rollUp.filter')}
          error={Object.entries(errors).find(([key]) => key.startsWith('filter'))?.[1]}
        >
          <div>
            <Button onClick={() => setBuilding(true)}>
              {conditions
                ? t('settings.rollUp.conditions', { count: conditions })
                : t('settings.rollUp.all')}
            </Button>
          </div>
        </Input.Wrapper>
      )}
      {building && child && (
        <FilterBuilder
          meta={child}
          group={group}
          onChange={(next) =>
            onChange({ filter: countConditions(next) ? storedFilter(next) : null })
          }
          onClose={() => setBuilding(false)}
        />
      )}
    </>
  )
}
