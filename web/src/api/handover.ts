import { queryOptions } from '@tanstack/react-query'
import { call } from './fixed'
import type { components } from './schema'

export type HandOverPlan = components['schemas']['HandOver']
export type Holdings = components['schemas']['Holdings']
export type HeldRecords = Holdings['objects'][number]

/** What a user holds, by object. */
export const holdingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['hand_over', id],
    staleTime: 0,
    queryFn: ({ signal }): Promise<Holdings> =>
      call('get', '/hand_overs/{id}', { params: { id }, signal }),
  })

/** What would move by a plan, and to whom. */
export const handOverPreviewQuery = (id: string, plan: HandOverPlan) =>
  queryOptions({
    queryKey: ['hand_over', id, 'preview', plan],
    staleTime: 0,
    retry: false,
    queryFn: ({ signal }): Promise<HandOverPreview> =>
      call('post', '/hand_overs/{id}/preview', { params: { id }, body: plan, signal }),
  })
export type HandOverPreview = components['schemas']['HandOverPreview']

export const startHandOver = (
  id: string,
  plan: HandOverPlan,
): Promise<{ job: string; change_set: string }> =>
  call('post', '/hand_overs/{id}', { params: { id }, body: plan })

export interface HandOverResult {
  change_set: string
  moved: Record<string, number>
  skipped: { object: string; id: string; code: string; message: string }[]
  deactivated: boolean
}
