import { ActionIcon, Button, Menu, ScrollArea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { groupFields, groupingWord, parseGrouping, UNITS } from '@/fields/grouping'
import { kindOf } from '@/fields/registry'
import type { ObjectMeta } from '@/metadata/types'
import { IconCheck, IconLayoutRows } from '@/ui/icons'
import type { ListState } from './useListState'

interface Props {
  meta: ObjectMeta
  state: ListState
  /** Its sign alone, where there is no room for words. */
  narrow?: boolean
}
/** By what the records of a list stand together. */
export function GroupMenu({ meta, state, narrow }: Props) {
  const { t } = useTranslation()
  const fields = groupFields(meta)
  const chosen = parseGrouping(meta, state.grouped)
  if (!fields.length) return null
  const choose = (key: string | null, unit = chosen?.unit ?? null) => {
    const grouping = parseGrouping(meta, unit ? `${key}:${unit}` : key)
    state.setGroup(grouping && groupingWord(grouping))
  }
  const label = chosen ? t('list.groupedBy', { name: chosen.field.label }) : t('list.groupBy')
  const check = (on: boolean) => (on ? <IconCheck size={14} /> : null)
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        {narrow ? (
          <ActionIcon
            size={36}
            aria-label={label}
            variant={chosen ? 'light' : 'subtle'}
            color={chosen ? undefined : 'gray'}
          >
            <IconLayoutRows size={17} />
          </ActionIcon>
        ) : (
          <Button
            variant={chosen ? 'light' : 'subtle'}
            color={chosen ? undefined : 'gray'}
            leftSection={<IconLayoutRows size={14} />}
          >
            {label}
          </Button>
        )}
      </Menu.Target>
      <Menu.Dropdown aria-label={t('list.groupBy')}>
        <ScrollArea.Autosize mah={420} type="auto">
          <Menu.Item rightSection={check(!chosen)} onClick={() => choose(null)}>
            {t('list.noGroup')}
          </Menu.Item>
          {chosen?.unit && <Menu.Divider />}
          {chosen?.unit &&
            UNITS.map((unit) => (
              <Menu.Item
                key={unit}
                rightSection={check(unit === chosen.unit)}
                onClick={() => choose(chosen.field.key, unit)}
              >
                {t(`list.units.${unit}`)}
              </Menu.Item>
            ))}
          <Menu.Divider />
          {fields.map((field) => {
            const { icon: Sign } = kindOf(field)
            return (
              <Menu.Item
                key={field.key}
                leftSection={<Sign size={15} stroke={1.7} />}
                rightSection={check(field.key === chosen?.field.key)}
                onClick={() => choose(field.key)}
              >
                {field.label}
              </Menu.Item>
            )
          })}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  )
}
