import { queryOptions } from '@tanstack/react-query'
import { isApiError } from './errors'
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
/** The first cells of a column as they come out of its rules. */
export interface Reading {
  field: string
  after: { text: string; problem: string | null }[]
}
export type OrderOfDays = 'ymd' | 'dmy' | 'mdy'
export interface PreviewColumn {
  name: string
  samples: string[]
  suggested: string | null
  /** What the suggested field needs behind the cells: the other half of a name. */
  join: ColumnRule['join'] | null
  /** By what its figures are multiplied, as the header says. */
  times: string | null
  /** What it fills, the first of several. */
  field: string | null
  /** One for each field that it fills. */
  reads: Reading[]
  /** The order that the days of the file must have, where they tell. */
  order_of_days: OrderOfDays | null
  /** Whose its phone numbers seem to be, where they do not say it. */
  phone_country: string | null
  /** The column that tells the country of each row. */
  country: string | null
  /** The rules that the suggested field wants. */
  clean: string[]
  /** What the cells leave open, and how it is taken. */
  assumed: string | null
  /** Only where texts must be understood: choices, links, yes and no. */
  values: ColumnValues | null
}
/** What the reader chose last for a file of the same columns. */
export interface Remembered {
  id: string
  map: { columns: Record<string, unknown> } & Record<string, unknown>
  mode: Mode | null
  match: string | null
  duplicates: OnDuplicates | null
  /** The import whose error file this is. */
  corrects: string | null
}
/** How a file is written, where its looks were taken wrongly. */
export interface FileWay {
  encoding?: string
  delimiter?: string
  /** Empty where cells are not quoted. */
  quote?: string
  /** The number of the row that names the columns, 0 for none. */
  header_row?: number
}
export interface Preview {
  encoding: string | null
  delimiter: string | null
  quote: string | null
  header_row: number | null
  /** The first rows, among which the header is chosen. */
  top: { row: number; cells: string[] }[]
  sheets: string[]
  sheet: string | null
  columns: PreviewColumn[]
  rows: number | null
  remembered: Remembered | null
  /** Fields of the system that the reader may bring from elsewhere. */
  brought: string[]
  /** Stands for the file, which the server keeps for a day. */
  upload: string | null
}
/** What becomes of a row that looks like a record that is there, or like a row above. */
export const ON_DUPLICATES = ['skip', 'update', 'review', 'create'] as const
export type OnDuplicates = (typeof ON_DUPLICATES)[number]
export type Mode = 'create' | 'update' | 'upsert'
export interface ColumnRule {
  field: string
  values?: Record<string, string>
  by?: string
  missing?: Missing
  /** Other columns' cells, put behind its own. */
  join?: { columns: string[]; mark: string }
  times?: string
  /** A part of each cell, counted from 1; -1 is the last. */
  split?: { at: string; part: number }
  /** Names of cleaning rules, in their order. */
  clean?: string[]
  /** The column that tells of which country a row's phone numbers are. */
  country?: string
}
export interface ImportMap {
  columns: Record<string, ColumnRule[]>
}
export interface SheetOptions extends FileWay {
  object: string
  map: ImportMap
  mode: Mode
  match?: string
  duplicates?: OnDuplicates
  sheet?: string
  corrects?: string
}
export type ImportOptions = Partial<SheetOptions> & { dry_run?: boolean; sheets?: SheetOptions[] }
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
  duplicates: number
  on_duplicates: OnDuplicates
  sheet: string | null
  /** The import of the file's first sheet, for the others. */
  of: string | null
  corrects: string | null
  dry_run: boolean
  /** A trial whose file is kept still: the import can be started from it. */
  startable: boolean
  /** By it a running import is stopped. */
  job: string | null
  change_set: string | null
  error: string | null
  /** Columns of the file that fill nothing. */
  left_out: string[]
  /** What was taken of columns whose cells leave it open. */
  assumed?: { column: string; message: string }[]
  errors?: RowError[]
  error_file?: string | null
  /** What is told of rows that came in. */
  notes?: RowError[]
  notes_file?: string | null
  /** The other sheets of the file. */
  parts?: Import[]
}
/** What stands for files that the server has: a large one is sent once. */
const kept = new WeakMap<Blob, string>()

async function send<T>(file: Blob, name: string, post: (form: FormData) => Promise<T>): Promise<T> {
  const form = new FormData()
  const upload = kept.get(file)
  if (!upload) {
    form.append('file', file, name)
    return post(form)
  }
  form.append('upload', upload)
  try {
    return await post(form)
  } catch (error) {
    const gone = isApiError(error) && error.problem.errors?.some((one) => one.pointer === '/upload')
    if (!gone) throw error
    kept.delete(file)
    return send(file, name, post)
  }
}

/** Reads a file without writing; without a map the columns are taken as their names suggest. */
export async function previewImport(
  file: Blob,
  name: string,
  options: FileWay & { object: string; map?: ImportMap; sheet?: string | null },
): Promise<Preview> {
  const { object, ...others } = options
  const whole = file instanceof File
  const found: Preview = await send(file, name, (form) => {
    form.append('object', object)
    form.append('options', JSON.stringify(others))
    if (whole && form.has('file')) form.append('keep', 'true')
    return call('post', '/imports/preview', { form })
  })
  if (whole && found.upload) kept.set(file, found.upload)
  return found
}

export function startImport(
  file: File,
  options: ImportOptions,
): Promise<{ id: string; job: string }> {
  return send(file, file.name, (form) => {
    form.append('options', JSON.stringify(options))
    return call('post', '/imports', { form })
  })
}

/** Starts what a trial has tried, without the file being sent again. */
export const startTried = (id: string): Promise<{ id: string; job: string }> =>
  call('post', '/imports/{id}/start', { params: { id } })

const isOver = (state: Job['state'] | undefined) => state === 'done' || state === 'failed'
const STEP_MS = 700
/** Whether all tables of a file are through. */
export const hasEnded = ({ state, parts = [] }: Import) =>
  state === 'failed' || (state === 'done' && parts.every((part) => isOver(part.state)))

/** An import, asked again until it has ended. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: ({ signal }): Promise<Import> =>
      call('get', '/imports/{id}', { params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data) ? false : STEP_MS),
  })
export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }): Promise<Page<Import>> => call('get', '/imports', { signal }),
})
