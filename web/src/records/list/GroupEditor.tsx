import { ActionIcon } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconX } from '@/ui/icons'
import { AddFilter } from './AddFilter'
import { ConditionEditor } from './ConditionEditor'
import { append, type Group, isCondition, replaceAt } from './filterTree'
import classes from './List.module.css'
import { ModeSwitch } from './ModeSwitch'

interface Props {
  meta: ObjectMeta
  group: Group
  onChange: (group: Group) => void
}

/** The conditions of a group, one below the other. */
export function GroupEditor({ meta, group, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <div>
      <ModeSwitch mode={group.mode} onChange={(mode) => onChange({ ...group, mode })} />
      {group.items.map((item, index) => {
        const field = isCondition(item) ? fieldOf(meta, item.field.split('.')[0]!) : undefined
        if (!isCondition(item) || !field) return null
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
          <div key={index} className={classes.groupRow}>
            <b>{field.label}</b>
            <div>
              <ConditionEditor
                field={field}
                condition={item}
                onChange={(next) => onChange(replaceAt(group, index, next))}
              />
            </div>
            <ActionIcon
              aria-label={t('list.removeCondition', { name: field.label })}
              onClick={() => onChange(replaceAt(group, index, null))}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
        )
      })}
      <AddFilter meta={meta} inGroup onAdd={(item) => onChange(append(group, item))} />
    </div>
  )
}
