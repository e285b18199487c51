import { queryOptions } from '@tanstack/react-query'
import { call } from './fixed'
import type { Job, Page } from './types'

/** What becomes of a cell whose record is not there: the row is kept out, the cell left empty, the record made. */
export const MISSING = ['error', 'skip', 'create'] as const
export type Missing = (typeof MISSING)[number]
/** One text of a column, and how it is read. */
export interface ReadValue {
  value: string
  count: number
  /** What the map says of it. */
  mapped: string | null
  /** What it becomes, as the API writes it; null when it becomes nothing. */
  read: unknown
  label: string
  missing: Missing | null
  problem: { code: string; message: string } | null
}
export interface ColumnValues {
  /** The most frequent first. */
  items: ReadValue[]
  more: boolean
  /** What a correction may choose; empty when there are too many. */
  options: { key: string; label: string }[]
  /** Fields by which a linked record can be found. */
  by: string[]
}
export interface PreviewColumn {
  name: string
  samples: string[]
  suggested: string | null
  field: string | null
  /** Only where texts must be understood: choices, links, yes and no. */
  values: ColumnValues | null
}
export interface Preview {
  encoding: string | null
  delimiter: string | null
  sheets: string[]
  sheet: string | null
  columns: PreviewColumn[]
  rows: number | null
}
export type Mode = 'create' | 'update' | 'upsert'
export interface ColumnRule {
  field: string
  values?: Record<string, string>
  by?: string
  missing?: Missing
}
export interface ImportMap {
  columns: Record<string, ColumnRule>
}
export interface ImportOptions {
  map: ImportMap
  mode: Mode
  match?: string
  dry_run: boolean
}
export interface RowError {
  row: number
  column: string | null
  code: string
  message: string
  value: string | null
}
export interface Import {
  id: string
  at: string
  state: Job['state']
  object: string
  file_name: string
  total: number | null
  processed: number
  created: number
  updated: number
  unchanged: number
  failed: number
  dry_run: boolean
  change_set: string | null
  error: string | null
  errors?: RowError[]
  error_file?: string | null
}
export interface Export {
  id: string
  at: string
  object: string
  state: Job['state']
  processed: number
  format: 'csv' | 'xlsx' | 'json'
  url: string | null
}

/** Reads a file without writing; without a map the columns are taken as their names suggest. */
export function previewImport(file: File, object: string, map?: ImportMap): Promise<Preview> {
  const form = new FormData()
  form.append('object', object)
  if (map) form.append('options', JSON.stringify({ map }))
  form.append('file', file)
  return call('post', '/imports/preview', { form })
}

export function startImport(
  file: File,
  object: string,
  options: ImportOptions,
): Promise<{ id: string; job: string }> {
  const form = new FormData()
  form.append('object', object)
  form.append('options', JSON.stringify(options))
  form.append('file', file)
  return call('post', '/imports', { form })
}

const isOver = (state: Job['state'] | undefined) => state === 'done' || state === 'failed'
const STEP_MS = 700

/** An import, asked again until it has ended. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: ({ signal }): Promise<Import> =>
      call('get', '/imports/{id}', { params: { id }, signal }),
    refetchInterval: ({ state }) => (isOver(state.data?.state) ? false : STEP_MS),
  })
export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }): Promise<Page<Import>> => call('get', '/imports', { signal }),
})
export const exportsQuery = queryOptions({
  queryKey: ['exports'],
  queryFn: ({ signal }): Promise<Page<Export>> => call('get', '/exports', { signal }),
})
