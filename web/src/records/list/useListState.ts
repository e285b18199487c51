import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { viewsQuery } from '@/api/queries'
import { usePreference } from '@/api/session'
import type { FilterNode, SavedView, ViewColumn, ViewConfig } from '@/api/types'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { parseFilter, storedFilter } from '../filter/tree'
import { useAsked } from '../filter/useAsked'
import { keepAddress } from '../pages'
import { defaultColumns } from './columns'

/** A tab of the list: saved by someone, or one of those that objects have by themselves. */
export interface View {
  id: string
  name: string
  config: ViewConfig
  saved: SavedView | null
}
export const ALL = 'all'
const MINE = 'mine'
const TEAM = 'team'
const NO_VIEWS: SavedView[] = []

function useViews(meta: ObjectMeta, kind: SavedView['kind']): View[] {
  const { t } = useTranslation()
  const { data = NO_VIEWS } = useQuery(viewsQuery(meta.object))
  return useMemo(() => {
    const mine: FilterNode = { all: [{ field: 'owner', op: 'in', value: ['me'] }] }
    const builtIn: View[] = [
      { id: ALL, name: t('list.allOf', { object: meta.label_plural }), config: {}, saved: null },
    ]
    if (fieldOf(meta, 'owner')?.filterable) {
      builtIn.push({ id: MINE, name: t('list.mine'), config: { filter: mine }, saved: null })
    }
    if (meta.rights.share) {
      const team: FilterNode = { all: [{ field: 'owner', op: 'team', value: 'me' }] }
      builtIn.push({ id: TEAM, name: t('rights.myTeam'), config: { filter: team }, saved: null })
    }
    const saved = data.filter((view) => view.kind === kind)
    return [
      ...builtIn,
      ...saved.map((view) => ({ id: view.id, name: view.name, config: view.config, saved: view })),
    ]
  }, [data, kind, meta, t])
}

type Totals = NonNullable<ViewConfig['totals']>
/** What was changed but not saved, and does not stand in the address. */
interface Draft {
  columns?: ViewColumn[]
  totals?: Totals
  board?: ViewConfig['board']
  calendar?: ViewConfig['calendar']
}
const NO_TOTALS: Totals = {}
const NO_GROUP = 'none'

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/**
 * Everything a list shows, read from its address over the chosen view: filter, sort, quick search,
 * columns. Columns changed but not saved live in this tab of the browser only.
 */
export function useListState(meta: ObjectMeta, kind: SavedView['kind'] = 'list') {
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const views = useViews(meta, kind)
  const [defaults = {}, setDefaults] = usePreference('default_views')
  const slot = `${meta.object}/${kind}`
  // An address that brings a filter of its own is not meant to be looked at through one's default.
  const first = search.filter || search.q ? ALL : (defaults[slot] ?? ALL)
  const view = views.find((one) => one.id === (search.view ?? first)) ?? views[0]!
  const isDefault = view.id === (defaults[slot] ?? ALL)
  const makeDefault = () => {
    const { [slot]: _before, ...rest } = defaults
    setDefaults(view.id === ALL ? rest : { ...rest, [slot]: view.id })
  }
  const [draft, setDraft] = useState<Record<string, Draft | undefined>>({})
  const draftKey = `${slot}/${view.id}`
  const drafted = draft[draftKey]

  const filter = search.filter ?? view.config.filter ?? undefined
  const sort = search.sort ?? view.config.sort ?? meta.default_sort
  const columns = drafted?.columns ?? view.config.columns ?? defaultColumns(meta)
  const totals = drafted?.totals ?? view.config.totals ?? NO_TOTALS
  const board = drafted?.board ?? view.config.board ?? null
  const calendar = drafted?.calendar ?? view.config.calendar ?? null
  const grouped = search.group === NO_GROUP ? null : (search.group ?? view.config.group ?? null)
  const group = useMemo(() => parseFilter(filter), [filter])
  const { node: sent, places } = useAsked(meta, group)

  // An address without a view is that of the default one.
  const own = view.id === ALL && isDefault ? undefined : view.id
  useEffect(() => keepAddress(meta.object, kind, search), [meta.object, kind, search])
  const set = useCallback(
    (change: Partial<typeof search>) =>
      void navigate({
        to: '.',
        // What was changed belongs to the view it was changed in, the default one too.
        search: (before: typeof search) => ({ ...before, view: before.view ?? own, ...change }),
        replace: true,
      }),
    [navigate, own],
  )
  const put = useCallback(
    (change: Draft) => setDraft((all) => ({ ...all, [draftKey]: { ...all[draftKey], ...change } })),
    [draftKey],
  )
  const setColumns = useCallback(
    (next: ViewColumn[]) => put({ columns: next.map(({ key, width }) => ({ key, width })) }),
    [put],
  )
  const setTotals = useCallback((next: Totals) => put({ totals: next }), [put])
  const setGroup = (next: string | null) =>
    set({ group: next ?? (view.config.group ? NO_GROUP : undefined) })
  const reset = useCallback(() => {
    setDraft((all) => ({ ...all, [draftKey]: undefined }))
    set({ filter: undefined, sort: undefined, group: undefined })
  }, [draftKey, set])

  const config: ViewConfig = {
    ...view.config,
    filter: storedFilter(group),
    sort,
    columns,
    totals,
    board,
    calendar,
    group: grouped,
  }
  const base = parseFilter(view.config.filter)
  const dirty =
    !same(group, base) ||
    !same(grouped, view.config.group) ||
    !same(board, view.config.board) ||
    !same(calendar, view.config.calendar) ||
    !same(totals, view.config.totals ?? NO_TOTALS) ||
    !same(sort, view.config.sort ?? meta.default_sort) ||
    !same(columns, view.config.columns ?? defaultColumns(meta))
  return {
    views,
    view,
    config,
    dirty,
    isDefault,
    makeDefault,
    group,
    sort,
    columns,
    totals,
    grouped,
    setGroup,
    setTotals,
    board,
    calendar,
    put,
    sent,
    places,
    q: search.q ?? '',
    peek: search.peek,
    set,
    setColumns,
    reset,
  }
}
export type ListState = ReturnType<typeof useListState>
