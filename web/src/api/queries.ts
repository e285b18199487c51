import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get } from './client'
import { call } from './fixed'
import { keys } from './keys'
import type { Job, Notification, Page, SavedView, SearchAnswer } from './types'
import type { UndoResult } from './undo'

export const viewsQuery = (object: string) =>
  queryOptions({
    queryKey: keys.views(object),
    staleTime: 300_000,
    queryFn: async () => {
      const page: Page<SavedView> = await call('get', '/views', { query: { object } })
      return page.items
    },
  })

/** Pinned views of all objects, for the side bar. */
export const pinnedViewsQuery = queryOptions({
  queryKey: keys.pinned,
  staleTime: 300_000,
  queryFn: async () => {
    const page: Page<SavedView> = await call('get', '/views')
    return page.items.filter((view) => view.pinned)
  },
})

type ViewChange = Partial<Omit<SavedView, 'owner' | 'version'>>
const bodyOf = ({ config, ...view }: Omit<ViewChange, 'id'>) =>
  config ? { ...view, config: { ...config } } : view

export function useSaveView() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...view }: ViewChange): Promise<SavedView> =>
      id
        ? call('patch', '/views/{id}', { params: { id }, body: bodyOf(view) })
        : call('post', '/views', { body: { object: '', name: '', ...bodyOf(view) } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.pinned }),
  })
}

export function useDeleteView() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call('delete', '/views/{id}', { params: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.pinned }),
  })
}

export const searchQuery = (q: string, objects?: string[]) =>
  queryOptions({
    queryKey: keys.search(q, objects),
    enabled: q.trim().length > 0,
    staleTime: 15_000,
    queryFn: ({ signal }) =>
      get<SearchAnswer>('/search', { q: q.trim(), objects, limit: 20 }, signal),
  })

type NotificationPage = Page<Notification> & { unread: number }
export const notificationsQuery = queryOptions({
  queryKey: keys.notifications,
  staleTime: 60_000,
  queryFn: ({ signal }): Promise<NotificationPage> => call('get', '/notifications', { signal }),
})

export function useReadNotifications() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (ids: string[] | 'all') => call('post', '/notifications/read', { body: { ids } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.notifications }),
  })
}

/** A background job, asked every second until it has ended. */
export const jobQuery = (id: string | null) =>
  queryOptions({
    queryKey: keys.job(id ?? ''),
    enabled: id !== null,
    queryFn: ({ signal }): Promise<Job> =>
      call('get', '/jobs/{id}', { params: { id: id ?? '' }, signal }),
    refetchInterval: (query) => {
      const state = query.state.data?.state
      return state === 'waiting' || state === 'running' || !state ? 1000 : false
    },
  })
export const useJob = (id: string | null) => useQuery(jobQuery(id)).data

/** Undoes a change set; all records may have changed, so all of them are fetched again. */
export function useUndo() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string): Promise<UndoResult> =>
      call('post', '/change_sets/{id}/undo', { params: { id } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['records'] })
      void client.invalidateQueries({ queryKey: keys.changeSets })
    },
  })
}
