import { infiniteQueryOptions } from '@tanstack/react-query'
import { call } from './fixed'
import type { components } from './schema'
import type { Page } from './types'

export type Simulation = components['schemas']['Simulation']
export type TouchedObject = components['schemas']['TouchedObject']
export type TouchedField = components['schemas']['TouchedField']
export type Viewing = components['schemas']['Viewing']

/** What a role would give and take if it were saved like this; nothing is written. */
export const simulate = (
  role: string,
  draft: { grants: Record<string, unknown>; field_rules: Record<string, unknown> },
): Promise<Simulation> => call('post', '/simulations', { body: { role, ...draft } })

/** Sees the app as somebody else, or as oneself again; the whole app is begun anew. */
export async function viewAs(user: string) {
  await call('post', '/auth/view_as', { body: { user } })
  window.location.assign('/')
}
export async function stopViewing() {
  await call('delete', '/auth/view_as')
  window.location.assign('/')
}

/** Who saw the app as oneself, or as anybody: the latest first. */
export const viewingsQuery = (own: boolean) =>
  infiniteQueryOptions({
    queryKey: ['viewings', own],
    staleTime: 0,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<Page<Viewing>> =>
      call('get', own ? '/auth/viewings' : '/viewings', { query: { cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  })
