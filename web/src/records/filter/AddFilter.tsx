import { Button, Combobox, useCombobox } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { operatorsOf, startCondition } from '@/fields/operators'
import { kindOf } from '@/fields/registry'
import { findObject, useObjects } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import {
  type Icon,
  IconArrowLeft,
  IconChevronRight,
  IconFilter,
  IconPlus,
  IconStack2,
} from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import classes from './Filter.module.css'
import { leads, reachField, relationsOf } from './reach'
import type { Item } from './tree'

interface Props {
  meta: ObjectMeta
  /** No condition stands yet: the button says "filter". */
  first?: boolean
  /** Inside the builder, where a group may still go deeper. */
  inGroup?: boolean
  deeper?: boolean
  onAdd: (item: Item) => void
}
interface Choice {
  value: string
  label: string
  icon: Icon
  section: 'field' | 'linked' | 'lines' | 'related' | 'group'
}

const isOffered = (field: Field) => Boolean(field.filterable && operatorsOf(field).length)

/** What a new condition may be about: fields, those of linked records, related records, a group. */
function useChoices(meta: ObjectMeta, through: string[], typed: string, deeper: boolean) {
  const { t } = useTranslation()
  const objects = useObjects()
  const path = through.join('.')
  const here = through.length
    ? findObject(objects, reachField(objects, meta, path, t)?.target)
    : meta
  const found: Choice[] = []
  const add = (value: string, label: string, icon: Icon, section: Choice['section']) => {
    if (label.toLowerCase().includes(typed.toLowerCase())) {
      found.push({ value, label, icon, section })
    }
  }
  const fields = here?.fields ?? []
  // what every record has comes after what is its object's own
  const own = fields.toSorted((a, b) => Number(a.system ?? false) - Number(b.system ?? false))
  const dotted = (key: string) => [...through, key].join('.')
  for (const field of own.filter(isOffered)) {
    add(`field:${dotted(field.key)}`, field.label, kindOf(field).icon, 'field')
    for (const part of kindOf(field).parts ?? []) {
      const reached = typed && reachField(objects, meta, dotted(`${field.key}.${part}`), t)
      if (reached) add(`field:${reached.key}`, reached.label, kindOf(reached).icon, 'field')
    }
  }
  for (const field of own) {
    const target = leads(field) ? findObject(objects, field.target) : undefined
    if (!target?.rights.read) continue
    const label = t('list.fieldsOf', { name: field.label })
    add(`into:${dotted(field.key)}`, label, metadataIcon(target.icon), 'linked')
    // Typing finds what lies one step further.
    for (const far of typed ? target.fields.filter(isOffered) : []) {
      const reached = reachField(objects, meta, dotted(`${field.key}.${far.key}`), t)
      if (reached && far.label.toLowerCase().includes(typed.toLowerCase())) {
        add(`field:${reached.key}`, reached.label, kindOf(far).icon, 'linked')
      }
    }
  }
  if (!through.length) {
    for (const one of relationsOf(objects, meta)) {
      const sign = metadataIcon(one.meta.icon)
      add(`has:${one.name}`, one.label, sign, one.lines ? 'lines' : 'related')
    }
    if (deeper) add('group:', t('list.addGroup'), IconStack2, 'group')
  }
  return found
}

/** Chooses what a new condition is about, found by typing. */
export function AddFilter({ meta, first, inGroup, deeper = true, onAdd }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const [typed, setTyped] = useState('')
  const [through, setThrough] = useState<string[]>([])
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      combobox.resetSelectedOption()
      combobox.focusTarget()
      setTyped('')
      setThrough([])
    },
  })
  const choices = useChoices(meta, through, typed, deeper)
  const name = inGroup ? t('list.addCondition') : first ? t('list.filter') : t('list.addFilter')
  const into = (keys: string[]) => {
    setThrough(keys)
    setTyped('')
    combobox.resetSelectedOption()
    combobox.focusSearchInput()
  }
  const pick = (chosen: string) => {
    const [what, value = ''] = chosen.split(':')
    if (what === 'back') return into(through.slice(0, -1))
    if (what === 'into') return into(value.split('.'))
    combobox.closeDropdown()
    if (what === 'has') return onAdd({ related: value, wanted: true, where: null })
    const field = reachField(objects, meta, value, t)
    onAdd(what === 'field' && field ? startCondition(field) : { mode: 'any', items: [] })
  }
  const options = (section: Choice['section']) =>
    choices
      .filter((choice) => choice.section === section)
      .map(({ value, label, icon: Sign }) => (
        <Combobox.Option key={value} value={value}>
          <span className="person">
            <Sign size={15} stroke={1.7} aria-hidden />
            <span className="trunc">{label}</span>
            {value.startsWith('into:') && (
              <IconChevronRight size={14} className={classes.into} aria-hidden />
            )}
          </span>
        </Combobox.Option>
      ))
  const sections: [string, ReactNode[]][] = [
    ['', options('field')],
    [t('list.throughLinked'), options('linked')],
    [t('list.byLines'), options('lines')],
    [t('list.byRelated'), options('related')],
    ['', options('group')],
  ]
  const way = through.length ? reachField(objects, meta, through.join('.'), t)?.label : null
  return (
    <Combobox store={combobox} width={260} position="bottom-start" onOptionSubmit={pick}>
      <Combobox.Target withAriaAttributes={false}>
        <Button
          variant="subtle"
          color="gray"
          aria-haspopup="listbox"
          aria-expanded={combobox.dropdownOpened}
          leftSection={inGroup ? <IconPlus size={14} /> : <IconFilter size={14} />}
          onClick={() => combobox.toggleDropdown()}
        >
          {name}
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          aria-label={t('list.columnSearch')}
          placeholder={t('list.columnSearch')}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            combobox.updateSelectedOptionIndex()
          }}
        />
        <Combobox.Options mah={320} style={{ overflowY: 'auto' }} aria-label={name}>
          {way && (
            <Combobox.Option value="back:">
              <span className="person">
                <IconArrowLeft size={15} aria-hidden />
                <b className="trunc">{way}</b>
              </span>
            </Combobox.Option>
          )}
          {sections.map(([label, rows], index) =>
            !rows.length ? null : label ? (
              <Combobox.Group key={label} label={label}>
                {rows}
              </Combobox.Group>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: the sections never change places
              <div key={index}>{rows}</div>
            ),
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
