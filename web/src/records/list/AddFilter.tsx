import { Button, Menu, ScrollArea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { operatorsOf, startCondition } from '@/fields/operators'
import { kindOf } from '@/fields/registry'
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

/** Chooses the field of a new condition, found by typing. */
export function AddFilter({ meta, first, inGroup, onAdd }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const fields = meta.fields.filter((field) => field.filterable && operatorsOf(field).length > 0)
  const found = fields.filter((field) => field.label.toLowerCase().includes(typed.toLowerCase()))
  const name = inGroup ? t('list.addCondition') : first ? t('list.filter') : t('list.addFilter')
  return (
    <Menu width={220} onClose={() => setTyped('')} withinPortal={!inGroup}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          leftSection={inGroup ? <IconPlus size={14} /> : <IconFilter size={14} />}
        >
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label={name}>
        <TextInput
          aria-label={t('list.columnSearch')}
          placeholder={t('list.columnSearch')}
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          m={4}
        />
        <ScrollArea.Autosize mah={300}>
          {found.map((field) => {
            const { icon: Sign } = kindOf(field)
            return (
              <Menu.Item
                key={field.key}
                leftSection={<Sign size={15} stroke={1.7} />}
                onClick={() => onAdd(startCondition(field))}
              >
                {field.label}
              </Menu.Item>
            )
          })}
        </ScrollArea.Autosize>
        {!inGroup && !typed && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconStack2 size={15} stroke={1.7} />}
              onClick={() => onAdd({ mode: 'any', items: [] })}
            >
              {t('list.addGroup')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
