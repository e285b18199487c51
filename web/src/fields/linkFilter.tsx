import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useColours, useObject } from '@/metadata/hooks'
import type { Field } from '@/metadata/types'
import { Person } from '@/ui/Avatar'
import { IconSearch } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import { CheckList } from './CheckList'
import { useLinkChoices, useLinkNames } from './links'
import type { ChipProps, FilterProps } from './types'

const RELATIVE = { user: ['me'], department: ['my_department', 'my_departments'] } as const
type Relative = 'me' | 'my_department' | 'my_departments'
const relativeOf = (target: string | null | undefined): readonly Relative[] =>
  RELATIVE[target as keyof typeof RELATIVE] ?? []
/** A user field names its target; should it not, its type says so. */
const targetOf = (field: Field) => field.target ?? 'user'

export function LinkFilter({ field, condition, onChange }: FilterProps) {
  const { t } = useTranslation()
  const target = targetOf(field)
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed, 150)
  const { items } = useLinkChoices(target, q, undefined)
  const meta = useObject(target)
  const colours = useColours(target)
  const single = ['is', 'is_not', 'team'].includes(condition.op)
  const value = condition.value as string | string[] | null | undefined
  const chosen = Array.isArray(value) ? value : value ? [value] : []
  const names = useLinkNames(target, plainIds(chosen))
  const relative = relativeOf(target).map((key) => ({
    key,
    label: t(`fields.${key}`),
    node: <b>{t(`fields.${key}`)}</b>,
  }))
  const rows = [
    ...[...names].filter(([id]) => !items.some((row) => row.id === id)),
    ...items.map((row) => [row.id, row.name] as const),
  ]
  return (
    <>
      <TextInput
        data-autofocus
        aria-label={t('fields.searchLink', { object: meta?.label ?? field.label })}
        placeholder={t('fields.searchLink', { object: meta?.label ?? field.label })}
        leftSection={<IconSearch size={14} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        mb={4}
      />
      <CheckList
        single={single}
        label={field.label}
        chosen={chosen}
        options={[
          ...(typed ? [] : relative),
          ...rows.map(([id, name]) => ({
            key: id,
            label: name,
            node: colours ? <Tag colour={colours.get(id)}>{name}</Tag> : <Person name={name} />,
          })),
        ]}
        onChange={(ids) => onChange({ ...condition, value: single ? (ids[0] ?? null) : ids })}
      />
    </>
  )
}

const ALL_RELATIVE: readonly string[] = Object.values(RELATIVE).flat()
const plainIds = (chosen: string[]) => chosen.filter((id) => !ALL_RELATIVE.includes(id))

export function LinkChip({ field, condition }: ChipProps) {
  const { t } = useTranslation()
  const { value } = condition
  const chosen = (Array.isArray(value) ? value : [value]).filter(Boolean) as string[]
  const names = useLinkNames(targetOf(field), plainIds(chosen))
  if (!chosen.length) return <>…</>
  if (chosen.length > 2) return <>{chosen.length}</>
  const nameOf = (id: string) =>
    ALL_RELATIVE.includes(id) ? t(`fields.${id as Relative}`) : (names.get(id) ?? '…')
  return <>{chosen.map(nameOf).join(', ')}</>
}
