import { Button, TextInput } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ObjectMeta } from '@/metadata/types'
import { IconSearch } from '@/ui/icons'
import { AddFilter } from './AddFilter'
import { ColumnsMenu } from './ColumnsMenu'
import { FilterChip } from './FilterChip'
import { append, type Group, replaceAt, storedFilter } from './filterTree'
import classes from './List.module.css'
import { ModeSwitch } from './ModeSwitch'
import type { ListState } from './useListState'

interface Props {
  meta: ObjectMeta
  state: ListState
  mobile?: boolean
}

/** Quick search, the conditions as chips, and what to show. */
export function FilterBar({ meta, state, mobile }: Props) {
  const { t } = useTranslation()
  const { group, q, set } = state
  const search = useRef<HTMLInputElement>(null)
  const [added, setAdded] = useState(-1)
  useHotkeys([['mod + F', () => search.current?.focus()]])
  const change = (next: Group) => set({ filter: storedFilter(next) })
  return (
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
      {group.items.length > 1 && (
        <ModeSwitch mode={group.mode} onChange={(mode) => change({ ...group, mode })} />
      )}
      {group.items.map((item, index) => (
        <FilterChip
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
          key={index}
          meta={meta}
          item={item}
          opened={index === added}
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
          setAdded(group.items.length)
          change(append(group, item))
        }}
      />
      {group.items.length > 0 && (
        <Button variant="subtle" color="gray" onClick={() => change({ mode: 'all', items: [] })}>
          {t('common.clear')}
        </Button>
      )}
      <span className="grow" />
      {!mobile && <ColumnsMenu meta={meta} columns={state.columns} onChange={state.setColumns} />}
    </div>
  )
}
