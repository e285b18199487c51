import { Popover } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Condition } from '@/api/types'
import { FieldChip } from '@/fields/Field'
import { useOperatorName } from '@/fields/operators'
import { kindOf } from '@/fields/registry'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconStack2, IconX } from '@/ui/icons'
import { ConditionEditor } from './ConditionEditor'
import { countConditions, type Group, type Item, isCondition, isGroup } from './filterTree'
import { GroupEditor } from './GroupEditor'
import classes from './List.module.css'

interface Props {
  meta: ObjectMeta
  item: Item
  /** Just added: its editor stands open. */
  opened: boolean
  onChange: (item: Item | null) => void
}

/** A condition or a group in one line; a click opens its editor. */
export function FilterChip({ meta, item, opened, onChange }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(opened)
  const field = isCondition(item) ? fieldOf(meta, item.field.split('.')[0]!) : undefined
  const name = field?.label ?? t('list.group')
  return (
    <Popover opened={open} onChange={setOpen} width={isGroup(item) ? 460 : 260} trapFocus>
      <span className={classes.chip}>
        <Popover.Target>
          <button
            type="button"
            aria-label={t('list.editCondition', { name })}
            onClick={() => setOpen(!open)}
          >
            {isCondition(item) ? (
              <ConditionWords meta={meta} condition={item} />
            ) : (
              <GroupWords item={item} />
            )}
          </button>
        </Popover.Target>
        <button
          type="button"
          className={classes.chipRemove}
          aria-label={t('list.removeCondition', { name })}
          onClick={() => onChange(null)}
        >
          <IconX size={12} />
        </button>
      </span>
      <Popover.Dropdown p={8} aria-label={name}>
        {isCondition(item) && field && (
          <ConditionEditor field={field} condition={item} onChange={onChange} />
        )}
        {isGroup(item) && <GroupEditor meta={meta} group={item} onChange={onChange} />}
      </Popover.Dropdown>
    </Popover>
  )
}

function ConditionWords({ meta, condition }: { meta: ObjectMeta; condition: Condition }) {
  const operatorName = useOperatorName()
  const field = fieldOf(meta, condition.field.split('.')[0]!)
  if (!field) return <b>{condition.field}</b>
  const { icon: Sign } = kindOf(field)
  return (
    <>
      <Sign size={13} stroke={1.8} aria-hidden />
      <span className="dim">{field.label}</span>
      <span className="dim3">{operatorName(field, condition.op)}</span>
      <b className="trunc">
        <FieldChip field={field} condition={condition} />
      </b>
    </>
  )
}

function GroupWords({ item }: { item: Exclude<Item, Condition> }) {
  const { t } = useTranslation()
  const group: Group = isGroup(item) ? item : { mode: 'all', items: [item] }
  return (
    <>
      <IconStack2 size={13} stroke={1.8} aria-hidden />
      <span className="dim">{group.mode === 'all' ? t('list.matchAll') : t('list.matchAny')}</span>
      <b>{t('list.conditions', { count: countConditions(group) })}</b>
    </>
  )
}
