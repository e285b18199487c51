import { queryOptions } from '@tanstack/react-query'
import { call } from './fixed'
import type { components } from './schema'

export type Known = components['schemas']['Known']

/** Whether a customer is known, also to others. Each question counts: nothing is asked by itself. */
export const knownQuery = (text: string) =>
  queryOptions({
    queryKey: ['known', text],
    enabled: text.trim().length > 0,
    staleTime: 60_000,
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: ({ signal }) => call('post', '/lookup', { body: { text }, signal }),
  })

export const askOwner = (ask: string, message?: string) =>
  call('post', '/lookup/ask', { body: { ask, ...(message ? { message } : {}) } })
