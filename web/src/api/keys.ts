import type { AggregateRequest, ListParams } from './types'

/** Query keys: everything of one object starts with ['records', object]. */
export const keys = {
  me: ['me'] as const,
  objects: ['objects'] as const,
  object: (object: string) => ['records', object] as const,
  lists: (object: string) => ['records', object, 'list'] as const,
  list: (object: string, params: ListParams) => ['records', object, 'list', params] as const,
  rows: (object: string, params: ListParams) => ['records', object, 'rows', params] as const,
  /** Lists whose membership depends on a field that may change (board columns): always refetched. */
  boards: (object: string) => ['records', object, 'board'] as const,
  board: (object: string, column: string, params: ListParams) =>
    ['records', object, 'board', column, params] as const,
  record: (object: string, id: string) => ['records', object, 'one', id] as const,
  timeline: (object: string, id: string) => ['records', object, 'timeline', id] as const,
  aggregate: (object: string, request: AggregateRequest) =>
    ['records', object, 'aggregate', request] as const,
  views: (object: string) => ['views', object] as const,
  pinned: ['views'] as const,
  notifications: ['notifications'] as const,
  search: (q: string, objects?: string[]) => ['search', q, objects] as const,
  changeSets: ['change_sets'] as const,
  job: (id: string) => ['job', id] as const,
}
