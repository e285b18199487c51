import { queryOptions } from '@tanstack/react-query'
import { call } from './fixed'
import type { Job, Page } from './types'

export interface Export {
  id: string
  at: string
  object: string
  state: Job['state']
  processed: number
  format: 'csv' | 'xlsx' | 'json'
  url: string | null
}

export const exportsQuery = queryOptions({
  queryKey: ['exports'],
  queryFn: ({ signal }): Promise<Page<Export>> => call('get', '/exports', { signal }),
})
