import { ActionIcon, Select, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconChevronDown, IconX } from '@/ui/icons'
import { AddFilter } from './AddFilter'
import { ConditionEditor } from './ConditionEditor'
import { useFilterError } from './errors'
import classes from './Filter.module.css'
import { ModeSwitch } from './ModeSwitch'
import { reachField, reachRelation } from './reach'
import {
  append,
  asGroup,
  DEPTH,
  type Group,
  type Item,
  isCondition,
  isGroup,
  isRelated,
  type Related,
  replaceAt,
} from './tree'
import { hasWord, useItemName, Words } from './Words'

interface Props<I> {
  meta: ObjectMeta
  item: I
  /** Its place in the filter. */
  path: string
  depth: number
  onChange: (item: I) => void
}

/** The conditions of a group one below the other, with groups inside groups. */
export function GroupEditor({ meta, item: group, path, depth, onChange }: Props<Group>) {
  const [added, setAdded] = useState(-1)
  return (
    <div className={classes.group} data-depth={depth}>
      <ModeSwitch group={group} onChange={onChange} />
      {group.items.map((item, index) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
          key={index}
          meta={meta}
          item={item}
          path={`${path}/${index}`}
          depth={depth + 1}
          opened={index === added}
          onChange={(next) => {
            if (!next) setAdded(-1)
            onChange(replaceAt(group, index, next))
          }}
        />
      ))}
      <div>
        <AddFilter
          meta={meta}
          inGroup
          deeper={depth + 2 < DEPTH}
          onAdd={(item) => {
            setAdded(group.items.length)
            onChange(append(group, item))
          }}
        />
      </div>
    </div>
  )
}

interface RowProps extends Omit<Props<Item>, 'onChange'> {
  opened: boolean
  onChange: (item: Item | null) => void
}

/** One line of a group: a condition that opens below itself, a relation, a group. */
function Row({ meta, item, path, depth, opened, onChange }: RowProps) {
  const { t } = useTranslation()
  const name = useItemName()(meta, item)
  const alone = isRelated(item) && item.where && !isGroup(item.where)
  const inside = useFilterError(`${path}/where`)
  const error = useFilterError(path) ?? (alone ? inside : undefined)
  return (
    <div className={classes.row} data-error={error ? true : undefined}>
      <div className={classes.inside}>
        {isCondition(item) && <ConditionRow {...{ meta, item, opened, onChange }} />}
        {isRelated(item) && <RelatedRow {...{ meta, item, path, depth, onChange }} />}
        {isGroup(item) && <GroupEditor {...{ meta, item, path, depth, onChange }} />}
        {'opaque' in item && (
          <span className={classes.words}>
            <Words meta={meta} item={item} />
          </span>
        )}
        {error && (
          <p className={classes.error} role="alert">
            {error}
          </p>
        )}
      </div>
      <ActionIcon aria-label={t('list.removeCondition', { name })} onClick={() => onChange(null)}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  )
}

function ConditionRow({
  meta,
  item,
  opened,
  onChange,
}: Pick<RowProps, 'meta' | 'item' | 'opened' | 'onChange'>) {
  const { t } = useTranslation()
  const objects = useObjects()
  const [open, setOpen] = useState(opened)
  const name = useItemName()(meta, item)
  const field = isCondition(item) ? reachField(objects, meta, item.field, t) : undefined
  return (
    <>
      <UnstyledButton
        className={classes.words}
        aria-label={t('list.editCondition', { name })}
        aria-expanded={open}
        disabled={!field}
        onClick={() => setOpen(!open)}
      >
        <Words meta={meta} item={item} />
        {field && <IconChevronDown size={13} aria-hidden />}
      </UnstyledButton>
      {open && field && isCondition(item) && (
        <div className={classes.editor}>
          <ConditionEditor field={field} condition={item} onChange={onChange} />
        </div>
      )}
    </>
  )
}

function RelatedRow({ meta, item, path, depth, onChange }: Props<Related>) {
  const { t } = useTranslation()
  const objects = useObjects()
  const found = reachRelation(objects, meta, item.related)
  if (!found) {
    return (
      <span className={classes.words}>
        <Words meta={meta} item={item} />
      </span>
    )
  }
  const where = asGroup(item.where)
  return (
    <>
      <div className="row">
        <Select
          aria-label={t('list.hasOrNot', { name: found.label })}
          size="xs"
          w={{ base: 142, sm: 116 }}
          allowDeselect={false}
          data={[
            { value: 'has', label: t(hasWord(found, true)) },
            { value: 'not', label: t(hasWord(found, false)) },
          ]}
          value={item.wanted ? 'has' : 'not'}
          onChange={(word) => onChange({ ...item, wanted: word === 'has' })}
        />
        <b className="trunc">{found.label}</b>
        <span className="dim">{where.items.length ? t('list.thatMatch') : t('list.anyAtAll')}</span>
      </div>
      <GroupEditor
        meta={found.meta}
        item={where}
        path={`${path}/where`}
        depth={depth + 1}
        onChange={(next) => onChange({ ...item, where: next.items.length ? next : null })}
      />
    </>
  )
}
