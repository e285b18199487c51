import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ListParams } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { type Grouping, groupCondition, plainGroupName } from '@/fields/grouping'
import { canSum } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconChevronDown, IconChevronRight } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { both } from '../filter/tree'
import type { GridColumn, GridLine } from '../grid/types'
import { FigureText } from './FigureCell'
import classes from './List.module.css'
import type { ListGroup, useGroups } from './useGroups'
import type { ListState } from './useListState'

interface GroupProps {
  state: ListState
  params: ListParams
  groups: ReturnType<typeof useGroups>
  grouping: Grouping
  group: ListGroup
}
interface Props extends Omit<GroupProps, 'group'> {
  meta: ObjectMeta
  line: GridLine
  column: GridColumn
  index: number
}

/** The columns that are summed in each group, in their order. */
export const summedKeys = (meta: ObjectMeta, columns: { key: string }[]) =>
  columns.map(({ key }) => key).filter((key) => canSum(meta, key))

/** The head of a group in a column: its name and count first, then its sums. */
export function GroupLine(props: Props) {
  const { meta, state, groups, line, column, index } = props
  if ('rest' in line)
    return index === 0 ? <GroupRest {...props} group={groups.groups![line.rest]!} /> : null
  if (!('head' in line)) return null
  const group = groups.groups?.[line.head]
  if (!group) return null
  if (index === 0) return <GroupName {...props} group={group} />
  const at = summedKeys(meta, state.columns).indexOf(column.key)
  const value = at < 0 ? undefined : group.values[at]
  return <FigureText field={column.field} op="sum" value={value} />
}

/** The name of a group and how many it has, which folds it. */
export function GroupName({ groups, grouping, group }: GroupProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const plain = plainGroupName(grouping, group.value, format, t)
  const Sign = group.folded ? IconChevronRight : IconChevronDown
  const all = groups.groups?.map(({ key }) => key) ?? []
  return (
    <UnstyledButton
      className={classes.groupName}
      aria-expanded={!group.folded}
      title={t('list.foldHint')}
      // With Alt all groups follow.
      onClick={(event) => groups.fold(event.altKey ? all : [group.key], !group.folded)}
    >
      <Sign size={15} aria-hidden />
      {plain ?? <FieldCell field={grouping.field} value={group.value} />}
      <span className="dim num">{format.number(group.count)}</span>
    </UnstyledButton>
  )
}

/** More than a group shows: a list of its own. */
export function GroupRest({ state, params, grouping, group }: GroupProps) {
  const { t } = useTranslation()
  const { timezone } = useFormat()
  const filter = both(params.filter, groupCondition(grouping, group.value, timezone))
  return (
    <UnstyledButton
      className={classes.matching}
      onClick={() => {
        state.setGroup(null)
        state.set({ filter })
      }}
    >
      {t('list.groupRest', { count: group.count })}
    </UnstyledButton>
  )
}
