import { queryOptions } from '@tanstack/react-query'
import { get, upload } from './client'
import type { Job, Page } from './types'

export interface Preview {
  encoding: string | null
  delimiter: string | null
  sheets: string[]
  sheet: string | null
  columns: { name: string; samples: string[]; suggested: string | null }[]
  rows: number | null
}
export type Mode = 'create' | 'update' | 'upsert'
export interface ImportOptions {
  map: { columns: Record<string, { field: string }> }
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
  format: 'csv' | 'xlsx'
  url: string | null
}

export function previewImport(file: File, object: string) {
  const form = new FormData()
  form.append('object', object)
  form.append('file', file)
  return upload<Preview>('/imports/preview', form)
}

export function startImport(file: File, object: string, options: ImportOptions) {
  const form = new FormData()
  form.append('object', object)
  form.append('options', JSON.stringify(options))
  form.append('file', file)
  return upload<{ id: string; job: string }>('/imports', form)
}

const isOver = (state: Job['state'] | undefined) => state === 'done' || state === 'failed'
const STEP_MS = 700

/** An import, asked again until it has ended. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: ({ signal }) => get<Import>(`/imports/${id}`, undefined, signal),
    refetchInterval: ({ state }) => (isOver(state.data?.state) ? false : STEP_MS),
  })
export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }) => get<Page<Import>>('/imports', undefined, signal),
})
export const exportsQuery = queryOptions({
  queryKey: ['exports'],
  queryFn: ({ signal }) => get<Page<Export>>('/exports', undefined, signal),
})
