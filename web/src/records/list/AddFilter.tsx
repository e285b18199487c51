import { Button, Combobox, useCombobox } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { operatorsOf, startCondition } from '@/fields/operators'
import { kindOf } from '@/fields/registry'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconFilter, IconPlus, IconStack2 } from '@/ui/icons'
import type { Item } from './filterTree'

interface Props {
  meta: ObjectMeta
  /** No condition stands yet: the button says "filter". */
  first?: boolean
  /** Inside a group no further group is offered. */
  inGroup?: boolean
  onAdd: (item: Item) => void
}

const GROUP = '+group'

/** Chooses the field of a new condition, found by typing. */
export function AddFilter({ meta, first, inGroup, onAdd }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      combobox.resetSelectedOption()
      combobox.focusTarget()
      setTyped('')
    },
  })
  const fields = meta.fields.filter((field) => field.filterable && operatorsOf(field).length > 0)
  const found = fields.filter((field) => field.label.toLowerCase().includes(typed.toLowerCase()))
  const name = inGroup ? t('list.addCondition') : first ? t('list.filter') : t('list.addFilter')
  const pick = (key: string) => {
    combobox.closeDropdown()
    const field = fieldOf(meta, key)
    if (field) onAdd(startCondition(field))
    else onAdd({ mode: 'any', items: [] })
  }
  return (
    <Combobox
      store={combobox}
      width={230}
      position="bottom-start"
      withinPortal={!inGroup}
      onOptionSubmit={pick}
    >
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
          {found.map((field) => {
            const { icon: Sign } = kindOf(field)
            return (
              <Combobox.Option key={field.key} value={field.key}>
                <span className="person">
                  <Sign size={15} stroke={1.7} aria-hidden />
                  {field.label}
                </span>
              </Combobox.Option>
            )
          })}
          {!inGroup && !typed && (
            <Combobox.Option value={GROUP}>
              <span className="person">
                <IconStack2 size={15} stroke={1.7} aria-hidden />
                {t('list.addGroup')}
              </span>
            </Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
