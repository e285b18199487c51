import { ActionIcon, Button, Checkbox, Popover, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ViewColumn } from '@/api/types'
import { fieldsOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { IconAdjustmentsHorizontal, IconArrowDown, IconArrowUp } from '@/ui/icons'
import { columnFields, defaultColumns } from './columns'
import classes from './List.module.css'

interface Props {
  meta: ObjectMeta
  columns: ViewColumn[]
  onChange: (columns: ViewColumn[]) => void
}

/** Which fields are columns, and in what order. */
export function ColumnsMenu({ meta, columns, onChange }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const offered = columnFields(meta)
  const keys = columns
    .map((column) => column.key)
    .filter((key) => offered.some((f) => f.key === key))
  const shown = fieldsOf(meta, keys)
  const hidden = offered.filter((field) => !keys.includes(field.key))
  const found = ({ label }: Field) => label.toLowerCase().includes(typed.toLowerCase())
  const toggle = (key: string) =>
    onChange(
      keys.includes(key) ? columns.filter((column) => column.key !== key) : [...columns, { key }],
    )
  const move = (key: string, step: number) => {
    const other = keys[keys.indexOf(key) + step]
    const from = columns.findIndex((column) => column.key === key)
    const to = columns.findIndex((column) => column.key === other)
    if (to >= 0) onChange(columns.with(from, columns[to]!).with(to, columns[from]!))
  }
  return (
    <Popover width={260} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="subtle" color="gray" leftSection={<IconAdjustmentsHorizontal size={14} />}>
          {t('list.columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label={t('list.columns')}>
        <TextInput
          aria-label={t('list.columnSearch')}
          placeholder={t('list.columnSearch')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          mb={4}
        />
        <div className={classes.columns}>
          {shown.filter(found).map((field, index) => (
            <div key={field.key} className={classes.columnRow}>
              <Checkbox
                size="xs"
                className="grow"
                label={field.label}
                checked
                onChange={() => toggle(field.key)}
              />
              <ActionIcon
                size={22}
                disabled={index === 0}
                aria-label={t('list.moveUp', { name: field.label })}
                onClick={() => move(field.key, -1)}
              >
                <IconArrowUp size={13} />
              </ActionIcon>
              <ActionIcon
                size={22}
                disabled={index === shown.length - 1}
                aria-label={t('list.moveDown', { name: field.label })}
                onClick={() => move(field.key, 1)}
              >
                <IconArrowDown size={13} />
              </ActionIcon>
            </div>
          ))}
          {hidden.filter(found).map((field) => (
            <div key={field.key} className={classes.columnRow}>
              <Checkbox
                size="xs"
                label={field.label}
                checked={false}
                onChange={() => toggle(field.key)}
              />
            </div>
          ))}
        </div>
        <Button fullWidth variant="subtle" mt={4} onClick={() => onChange(defaultColumns(meta))}>
          {t('list.resetColumns')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
