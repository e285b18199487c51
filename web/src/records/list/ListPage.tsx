import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListParams, RecordData } from '@/api/types'
import { parseGrouping } from '@/fields/grouping'
import type { ObjectMeta } from '@/metadata/types'
import { Failure } from '@/ui/Failure'
import { IconRefresh } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { NotFound } from '@/ui/NotFound'
import { PageHead } from '@/ui/PageHead'
import { useMobile } from '@/ui/useMobile'
import { useFilterRefusals } from '../filter/useAsked'
import { CreateButton } from '../form/CreateButton'
import { NOTHING } from '../grid/selection'
import { Slot } from '../slots'
import { useRouteObject } from '../useRouteObject'
import { useAround } from './around'
import { BulkBar } from './BulkBar'
import { FilterBar } from './FilterBar'
import { summedKeys } from './GroupLine'
import classes from './List.module.css'
import { ListCards } from './ListCards'
import { ListEmpty } from './ListEmpty'
import { ListSkeleton } from './ListSkeleton'
import { ListTable } from './ListTable'
import { ListViewSwitch } from './ListViewSwitch'
import { useForgetGroups } from './lastGroups'
import { SavedViews } from './SavedViews'
import { SidePanel } from './SidePanel'
import { useGroups } from './useGroups'
import { useListCount, useListRows } from './useListRows'
import { useListState } from './useListState'

export default function ListPage() {
  const meta = useRouteObject()
  if (!meta) return <NotFound />
  return <ObjectList key={meta.object} meta={meta} />
}

function ObjectList({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const mobile = useMobile()
  const navigate = useNavigate()
  const state = useListState(meta)
  const [q] = useDebouncedValue(state.q, 200)
  const params = useMemo<ListParams>(
    () => ({ filter: state.sent, sort: state.sort, q: q || undefined }),
    [state.sent, state.sort, q],
  )
  const grouping = useMemo(() => parseGrouping(meta, state.grouped), [meta, state.grouped])
  const summed = useMemo(() => summedKeys(meta, state.columns), [meta, state.columns])
  const groups = useGroups(meta, params, grouping, summed)
  useForgetGroups(meta.object, !grouping)
  const list = useListRows(meta, params, !grouping)
  const error = grouping ? groups.error : list.error
  const rows = grouping ? groups.rows : list.rows
  const loading = grouping ? !groups.groups : list.loading
  const none = grouping ? !groups.groups?.length : !list.rows.length
  const refusals = useFilterRefusals(error, state.places)
  const { count, askExact } = useListCount(meta, params)
  const around = useAround(state.peek, list, grouping && groups, count)
  const [selection, setSelection] = useState(NOTHING)
  const { set } = state
  const open = useCallback(
    (record: RecordData) => {
      if (!mobile) return set({ peek: record.id })
      void navigate({ to: '/$path/$id', params: { path: meta.path, id: record.id } })
    },
    [mobile, set, navigate, meta.path],
  )
  const narrowed = Boolean(state.sent || q)
  return (
    <>
      <PageHead
        icon={metadataIcon(meta.icon)}
        title={meta.label_plural}
        extra={<ListViewSwitch meta={meta} current="list" />}
      >
        <Slot name="list_head" props={{ meta }} />
        <CreateButton meta={meta} />
      </PageHead>
      <SavedViews meta={meta} state={state} />
      <FilterBar meta={meta} state={state} mobile={mobile} grouped errors={refusals} />
      <div className={classes.content} data-former={(!grouping && list.former) || undefined}>
        {list.stale && (
          <Button
            className={classes.stale}
            variant="filled"
            radius="xl"
            leftSection={<IconRefresh size={14} />}
            onClick={list.refresh}
          >
            {t('list.newRows')}
          </Button>
        )}
        {error ? (
          <Failure error={error} retry={list.refresh} />
        ) : loading ? (
          <ListSkeleton />
        ) : none ? (
          <ListEmpty
            meta={meta}
            narrowed={narrowed}
            clear={() => set({ q: undefined, filter: { all: [] } })}
          />
        ) : mobile ? (
          <ListCards {...{ meta, state, params, list, grouping, groups, count, open }} />
        ) : (
          <ListTable
            meta={meta}
            state={state}
            params={params}
            list={list}
            grouping={grouping}
            groups={groups}
            count={count}
            askExact={askExact}
            selection={selection}
            setSelection={setSelection}
            open={open}
          />
        )}
        {state.peek && !mobile && (
          <SidePanel
            meta={meta}
            id={state.peek}
            around={around}
            onMove={(id) => set({ peek: id })}
            onClose={() => set({ peek: undefined })}
          />
        )}
      </div>
      <BulkBar
        meta={meta}
        params={params}
        count={count}
        order={rows}
        selection={selection}
        setSelection={setSelection}
      />
    </>
  )
}
