import { useTranslation } from 'react-i18next'
import { FieldChip } from '@/fields/Field'
import { useOperatorName } from '@/fields/operators'
import { kindOf } from '@/fields/registry'
import { useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconAlertTriangle, IconLock, IconStack2 } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { modeOf } from './ModeSwitch'
import { type Relation, reachField, reachRelation } from './reach'
import { asGroup, countConditions, type Item, isCondition, isGroup, isRelated } from './tree'

interface Props {
  meta: ObjectMeta
  item: Item
}

/** The word before a relation: records are there or not, lines meet something or none does. */
export const hasWord = ({ lines }: Relation, wanted: boolean) =>
  lines ? (wanted ? 'list.anyLine' : 'list.noLine') : wanted ? 'list.has' : 'list.hasNot'

/** What an item is called, for names of buttons. */
export function useItemName() {
  const { t } = useTranslation()
  const objects = useObjects()
  return (meta: ObjectMeta, item: Item): string => {
    if (isCondition(item)) return reachField(objects, meta, item.field, t)?.label ?? item.field
    if (isRelated(item)) return reachRelation(objects, meta, item.related)?.label ?? item.related
    return t('list.group')
  }
}

/** A condition, a relation or a group in one line. */
export function Words({ meta, item }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const operatorName = useOperatorName()
  const name = useItemName()(meta, item)
  if (isCondition(item)) {
    const field = reachField(objects, meta, item.field, t)
    if (!field) return <Unknown name={name} />
    const { icon: Sign } = kindOf(field)
    return (
      <>
        <Sign size={13} stroke={1.8} aria-hidden />
        <span className="dim">{field.label}</span>
        <span className="dim">{operatorName(field, item.op)}</span>
        <b className="trunc">
          <FieldChip field={field} condition={item} />
        </b>
      </>
    )
  }
  if (isRelated(item)) {
    const found = reachRelation(objects, meta, item.related)
    if (!found) return <Unknown name={name} />
    const Sign = metadataIcon(found.meta.icon)
    const count = item.where ? countConditions(item.where) : 0
    return (
      <>
        <Sign size={13} stroke={1.8} aria-hidden />
        <span className="dim">{t(hasWord(found, item.wanted))}</span>
        <b className="trunc">{name}</b>
        {count > 0 && <span className="dim">{t('list.conditions', { count })}</span>}
      </>
    )
  }
  if (!isGroup(item)) {
    return (
      <>
        <IconAlertTriangle size={13} aria-hidden />
        {t('list.strangeCondition')}
      </>
    )
  }
  return (
    <>
      <IconStack2 size={13} stroke={1.8} aria-hidden />
      <span className="dim">{t(`list.matching.${modeOf(asGroup(item))}`)}</span>
      <b>{t('list.conditions', { count: countConditions(item) })}</b>
    </>
  )
}

/** A field that the reader may not read, or that is gone: its condition is not asked. */
function Unknown({ name }: { name: string }) {
  const { t } = useTranslation()
  return (
    <>
      <IconLock size={13} aria-hidden />
      <s className="dim" title={t('list.notAsked', { name })}>
        {name}
      </s>
    </>
  )
}
