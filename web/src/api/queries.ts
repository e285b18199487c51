import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, patch, post, remove } from './client'
import { keys } from './keys'
import type { Job, Notification, Page, SavedView, SearchHit, UndoResult } from './types'

export const viewsQuery = (object: string) =>
  queryOptions({
    queryKey: keys.views(object),
    staleTime: 300_000,
    queryFn: async () => (await get<Page<SavedView>>('/views', { object })).items,
  })

/** Pinned views of all objects, for the side bar. */
export const pinnedViewsQuery = queryOptions({
  queryKey: keys.pinned,
  staleTime: 300_000,
  queryFn: async () => {
    const { items } = await get<Page<SavedView>>('/views')
    return items.filter((view) => view.pinned)
  },
})

export function useSaveView() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...view }: Partial<SavedView>) =>
      id ? patch<SavedView>(`/views/${id}`, view) : post<SavedView>('/views', view),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.pinned }),
  })
}

export function useDeleteView() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => remove<void>(`/views/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.pinned }),
  })
}

export const searchQuery = (q: string, objects?: string[]) =>
  queryOptions({
    queryKey: keys.search(q, objects),
    enabled: q.trim().length > 0,
    staleTime: 15_000,
    queryFn: ({ signal }) =>
      get<{ items: SearchHit[] }>('/search', { q: q.trim(), objects, limit: 20 }, signal),
  })

type NotificationPage = Page<Notification> & { unread: number }
export const notificationsQuery = queryOptions({
  queryKey: keys.notifications,
  staleTime: 60_000,
  queryFn: ({ signal }) => get<NotificationPage>('/notifications', undefined, signal),
})

export function useReadNotifications() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (ids: string[] | 'all') => post<void>('/notifications/read', { ids }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.notifications }),
  })
}

/** A background job, asked every second until it has ended. */
export const jobQuery = (id: string | null) =>
  queryOptions({
    queryKey: keys.job(id ?? ''),
    enabled: id !== null,
    queryFn: ({ signal }) => get<Job>(`/jobs/${id}`, undefined, signal),
    refetchInterval: (query) => {
      const state = query.state.data?.state
      return state === 'done' || state === 'failed' ? false : 1000
    },
  })
export const useJob = (id: string | null) => useQuery(jobQuery(id)).data

/** Undoes a change set; all records may have changed, so all of them are fetched again. */
export function useUndo() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => post<UndoResult>(`/change_sets/${id}/undo`),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['records'] })
      void client.invalidateQueries({ queryKey: keys.changeSets })
    },
  })
}
