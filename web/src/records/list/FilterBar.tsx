import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ObjectMeta } from '@/metadata/types'
import { IconSearch, IconStack2 } from '@/ui/icons'
import { AddFilter } from '../filter/AddFilter'
import { FilterErrors } from '../filter/errors'
import { FilterChip } from '../filter/FilterChip'
import { ModeSwitch } from '../filter/ModeSwitch'
import { append, EMPTY, type Group, isCondition, replaceAt, storedFilter } from '../filter/tree'
import { ChangedButton } from '../past/ChangedButton'
import { ColumnsMenu } from './ColumnsMenu'
import { GroupMenu } from './GroupMenu'
import classes from './List.module.css'
import type { ListState } from './useListState'

const FilterBuilder = lazy(() => import('../filter/FilterBuilder'))
const NO_ERRORS: ReadonlyMap<string, string> = new Map()

interface Props {
  meta: ObjectMeta
  state: ListState
  mobile?: boolean
  /** Its records may stand in groups. */
  grouped?: boolean
  /** What the server refused of the filter, by place. */
  errors?: ReadonlyMap<string, string>
}

/** Quick search, the conditions as chips, and what to show. */
export function FilterBar({ meta, state, mobile, grouped, errors = NO_ERRORS }: Props) {
  const { t } = useTranslation()
  const { group, q, set } = state
  const search = useRef<HTMLInputElement>(null)
  const [added, setAdded] = useState(-1)
  const [building, setBuilding] = useState(false)
  useHotkeys([['mod + F', () => search.current?.focus()]])
  const change = (next: Group) => set({ filter: storedFilter(next) })
  return (
    <FilterErrors value={errors}>
      <div className={classes.bar} role="search" aria-label={t('list.filter')}>
        <TextInput
          ref={search}
          className={classes.search}
          value={q}
          onChange={(event) => set({ q: event.currentTarget.value || undefined })}
          leftSection={<IconSearch size={14} />}
          placeholder={t('list.searchIn')}
          aria-label={t('list.searchIn')}
        />
        <div className={classes.conditions} data-some={group.items.length > 0 || undefined}>
          {(group.items.length > 1 || group.not) && <ModeSwitch group={group} onChange={change} />}
          {group.items.map((item, index) => (
            <FilterChip
              // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
              key={index}
              meta={meta}
              item={item}
              path={`/${index}`}
              opened={index === added}
              onBuild={() => setBuilding(true)}
              onChange={(next) => {
                setAdded(-1)
                change(replaceAt(group, index, next))
              }}
            />
          ))}
          <AddFilter
            meta={meta}
            first={!group.items.length}
            onAdd={(item) => {
              // A condition opens its own editor, what has an inside the whole filter.
              if (isCondition(item)) setAdded(group.items.length)
              else setBuilding(true)
              change(append(group, item))
            }}
          />
          {group.items.length > 0 && (
            <>
              <Tooltip label={t('list.openBuilder')}>
                <ActionIcon aria-label={t('list.openBuilder')} onClick={() => setBuilding(true)}>
                  <IconStack2 size={15} />
                </ActionIcon>
              </Tooltip>
              <Button variant="subtle" color="gray" onClick={() => change(EMPTY)}>
                {t('common.clear')}
              </Button>
            </>
          )}
        </div>
        <span className="grow" />
        <ChangedButton meta={meta} filter={state.sent} q={q || undefined} />
        {grouped && <GroupMenu meta={meta} state={state} narrow={mobile} />}
        {!mobile && <ColumnsMenu meta={meta} columns={state.columns} onChange={state.setColumns} />}
      </div>
      {building && (
        <Suspense>
          <FilterBuilder
            meta={meta}
            group={group}
            onChange={change}
            onClose={() => setBuilding(false)}
          />
        </Suspense>
      )}
    </FilterErrors>
  )
}
