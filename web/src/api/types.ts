/** The fixed shapes of the HTTP contract. Records themselves are described by metadata. */

export type Locale = 'zh-CN' | 'en'
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** A reference to a record. Its name is empty when the reader may not see that record. */
export interface Link {
  id: string
  name: string
  object: string
}

export interface Money {
  amount: string
  currency: string
}

export interface Address {
  country?: string | null
  region?: string | null
  city?: string | null
  district?: string | null
  street?: string | null
  postcode?: string | null
}

/** A record as the wire gives it: fixed keys plus the object's own fields by key. */
export interface RecordData {
  id: string
  name: string
  version: number
  owner?: Link | null
  department?: Link | null
  tags?: string[]
  [key: string]: unknown
}

export interface Count {
  value: number
  capped: boolean
}

export interface Page<T = RecordData> {
  items: T[]
  next: string | null
  count?: Count
}

export interface Me {
  user: Link & { email: string }
  role: { id: string; name: string; key: string }
  department: { id: string; name: string } | null
  locale: Locale
  timezone: string
  csrf_token: string
  permissions: string[]
  preferences: Preferences
  /** `currencies` are those that have a rate today, and the base currency. */
  settings: import('./schema').components['schemas']['CompanyFacts']
  /** An administrator sees the app as this user: who, and until when. */
  viewing: import('./schema').components['schemas']['Viewed'] | null
  home: 'sales' | 'manager' | 'service' | 'marketing' | 'executive' | 'admin'
}

export interface Preferences {
  theme?: 'light' | 'dark' | 'auto'
  sidebar?: 'open' | 'mini'
  density?: 'compact' | 'cosy'
  favourites?: Link[]
  recents?: Link[]
  /** When records were looked at last, in seconds since 1970. */
  visits?: Record<string, number>
  /** The view that a list opens with, by object and kind: `opportunity/list`. */
  default_views?: Record<string, string>
  /** The tour of the first day was walked or skipped. */
  tour_done?: boolean
}

/** One test on one field. */
export interface Condition {
  field: string
  op: string
  value?: unknown
}
export type FilterNode =
  | Condition
  | { all: FilterNode[] }
  | { any: FilterNode[] }
  | { not: FilterNode }
  | { has: string; where?: FilterNode }
  | { has_not: string; where?: FilterNode }

export interface ListParams {
  filter?: FilterNode
  sort?: string
  q?: string
  fields?: string[]
  limit?: number
  count?: 'capped' | 'exact' | 'none'
}

export interface Measure {
  op: 'count' | 'sum' | 'avg' | 'min' | 'max'
  field?: string
}
export type GroupBy = string | { field: string; by: 'day' | 'week' | 'month' | 'quarter' | 'year' }
export interface AggregateRequest {
  filter?: FilterNode
  q?: string
  group?: GroupBy[]
  measures: Measure[]
}
export interface AggregateResult {
  rows: { group: unknown[]; values: unknown[] }[]
}

export interface SavedView {
  id: string
  name: string
  object: string
  kind: 'list' | 'board' | 'calendar'
  config: ViewConfig
  /** Something in it is about fields that the reader may not see, and not told. */
  left_out: boolean
  shared: boolean
  /** Ids of the roles it is shared with; none means everyone. */
  roles: string[]
  pinned: boolean
  owner?: Link | null
  position?: number
  version?: number
}
export interface ViewColumn {
  key: string
  width?: number
}
export type Total = Measure['op'] | 'none'
export interface ViewConfig {
  filter?: FilterNode | null
  sort?: string | null
  columns?: ViewColumn[] | null
  group?: string | null
  /** The figure in the foot of each column: sum, avg, min, max, count or none. */
  totals?: Record<string, Total> | null
  board?: BoardConfig | null
  calendar?: { field?: string; mode?: 'month' | 'week' } | null
}
/** A board: by which field, what is summed, how many cards a column may hold. */
export interface BoardConfig {
  field?: string
  sum?: string | null
  limits?: Record<string, number>
}

export interface BulkRequest {
  filter?: FilterNode
  q?: string
  ids?: string[]
  set?: Record<string, unknown>
  add_tags?: string[]
  remove_tags?: string[]
  delete?: true
  action?: string
  params?: Record<string, unknown>
  expected_count?: number
}
export interface BulkResult {
  change_set?: string | null
  changed?: number
  skipped?: { id: string; name?: string; code: string; message: string }[]
  job?: string
}

export interface Job {
  id: string
  kind: string
  state: 'waiting' | 'running' | 'done' | 'cancelled' | 'failed'
  progress: number
  result: Record<string, unknown> | null
  error: string | null
}

export interface Notification {
  id: string
  at: string
  kind: 'mention' | 'assigned' | 'due' | 'asked'
  text: string
  record: Link | null
  actor: Link | null
  read: boolean
}

export interface SearchHit {
  object: string
  id: string
  name: string
  subtitle?: string | null
  matched_on: string[]
  /** The words around what was met in a longer text. */
  snippet: string | null
}
export interface SearchAnswer {
  items: SearchHit[]
  /** The query as it was answered, when nothing answers it as it was typed. */
  instead: string | null
}

export interface ChangeSet {
  id: string
  at: string
  actor: Link | null
  source: string
  kind: string
  label: string
  object: string | null
  count: number
  state: 'open' | 'closed' | 'partial' | 'undone'
  undoable: boolean
  undone_by: string | null
  /** Of a single change, where one may see it. */
  record: Link | null
}
