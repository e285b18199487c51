import { Popover } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconX } from '@/ui/icons'
import { ConditionEditor } from './ConditionEditor'
import { useRefusedInside } from './errors'
import classes from './Filter.module.css'
import { reachField } from './reach'
import { type Item, isCondition } from './tree'
import { useItemName, Words } from './Words'

interface Props {
  meta: ObjectMeta
  item: Item
  /** Its place in the filter. */
  path: string
  /** Just added: its editor stands open. */
  opened: boolean
  onChange: (item: Item | null) => void
  /** Opens the whole filter, where a condition alone does not do. */
  onBuild: () => void
}

/** A condition, relation or group in one line; a click opens its editor. */
export function FilterChip({ meta, item, path, opened, onChange, onBuild }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const [open, setOpen] = useState(opened)
  const error = useRefusedInside(path)
  const field = isCondition(item) ? reachField(objects, meta, item.field, t) : undefined
  const name = useItemName()(meta, item)
  return (
    <Popover opened={open && Boolean(field)} onChange={setOpen} width={280} trapFocus>
      <span className={classes.chip} data-error={error ? true : undefined} title={error}>
        <Popover.Target>
          <button
            type="button"
            aria-label={t('list.editCondition', { name })}
            aria-description={error}
            onClick={() => (field ? setOpen(!open) : onBuild())}
          >
            <Words meta={meta} item={item} />
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
        {error && <p className={classes.error}>{error}</p>}
      </Popover.Dropdown>
    </Popover>
  )
}
