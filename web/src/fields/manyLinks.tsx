import { Combobox, MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Link } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import { IconLayersLinked } from '@/ui/icons'
import { control } from './control'
import { link } from './link'
import { LinkChip, LinkFilter } from './linkFilter'
import { useLinkChoices } from './links'
import { type DisplayProps, defineKind, type InputProps } from './types'

const nameOf = (value: Link, hidden: string) => value.name ?? hidden

function ManyCell({ value }: DisplayProps<Link[]>) {
  const { t } = useTranslation()
  return (
    <span className="trunc">{value.map((one) => nameOf(one, t('fields.hidden'))).join(', ')}</span>
  )
}

function ManyDisplay({ field, value }: DisplayProps<Link[]>) {
  const { Display } = link
  return (
    <span style={{ display: 'grid', gap: 4, justifyItems: 'start' }}>
      {value.map((one) => (
        <Display key={one.id} field={field} value={one} />
      ))}
    </span>
  )
}

/** Records chosen one after the other from what the server finds. */
function ManyField(props: InputProps<Link[]>) {
  const { field, onChange } = props
  const { t } = useTranslation()
  const value = props.value ?? []
  const target = field.target ?? ''
  const meta = useObject(target)
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed, 150)
  const { items } = useLinkChoices(target, q, undefined)
  const found = items.map(({ id, name }): Link => ({ id, name, object: target }))
  const known = new Map([...found, ...value].map((one) => [one.id, one]))
  return (
    <MultiSelect
      {...control(props)}
      data={[...known.values()].map((one) => ({
        value: one.id,
        label: nameOf(one, t('fields.hidden')),
      }))}
      value={value.map(({ id }) => id)}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      // the server has searched already, by more than the name
      filter={({ options }) => options}
      hidePickedOptions
      nothingFoundMessage={t('fields.noMatch')}
      placeholder={
        value.length ? undefined : t('fields.searchLink', { object: meta?.label ?? field.label })
      }
      rightSection={<Combobox.Chevron />}
      onChange={(ids) => onChange(ids.flatMap((id) => known.get(id) ?? []))}
    />
  )
}

export const linkToMany = defineKind<Link[]>({
  icon: IconLayersLinked,
  width: 200,
  Display: ManyDisplay,
  Cell: ManyCell,
  Input: ManyField,
  Filter: LinkFilter,
  Chip: LinkChip,
  startOp: 'has_any',
  picks: true,
  toWrite: (value) => (value ?? []).map(({ id }) => id),
  toText: (value) => value.map(({ name }) => name ?? '').join(', '),
})
