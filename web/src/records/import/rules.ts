import type {
  ColumnRule,
  FileWay,
  ImportMap,
  Mode,
  OnDuplicates,
  Preview,
  PreviewColumn,
} from '@/api/imports'
import { kindOf } from '@/fields/registry'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'

/** What each column of a file fills, and how; a column may fill several fields. */
export type Rules = Record<string, ColumnRule[]>
/** What is chosen for one table of a file. */
export interface Choice {
  rules: Rules
  /** What a remembered map holds beside its columns. */
  others: Record<string, unknown>
  mode: Mode
  match: string | null
  duplicates: OnDuplicates
}
/** One table of the chosen file, and what it is imported into. */
export interface Part {
  sheet: string | null
  object: string
  preview: Preview
  /** What was chosen of how the file is read. */
  way?: FileWay
}

/** Begins the rule that says whose phone numbers without a country code are. */
export const PHONE = 'phone:'

const isRule = (entry: unknown): entry is ColumnRule =>
  typeof entry === 'object' && entry !== null && 'field' in entry

/** The rules of a map, which may name a field alone, or nothing. */
export function rulesOf(columns: Record<string, unknown>): Rules {
  const found: Rules = {}
  for (const [name, entry] of Object.entries(columns)) {
    const list = (Array.isArray(entry) ? entry : [entry])
      .map((one: unknown) => (typeof one === 'string' ? { field: one } : one))
      .filter(isRule)
    if (list.length) found[name] = list
  }
  return found
}

/** A rule for a column that fills a field, cleaned as its cells ask for. */
export function newRule(meta: ObjectMeta, column: PreviewColumn, key: string): ColumnRule {
  const { order_of_days, phone_country, country, join, times, suggested } = column
  const field = fieldOf(meta, key)
  const kind = field && kindOf(field).cleaning
  const other = [
    ...(kind === 'day' && order_of_days ? [order_of_days] : []),
    ...(kind === 'phone' && phone_country ? [PHONE + phone_country] : []),
  ]
  const clean = key === suggested ? column.clean : other
  return {
    field: key,
    ...(clean.length > 0 && { clean }),
    ...(kind === 'phone' && country && { country }),
    ...(join && key === suggested && { join }),
    ...(times && key === suggested && { times }),
    // who made a record elsewhere need not be known here
    ...(field?.system && field.target && { missing: 'skip' as const }),
  }
}

function suggestedRules(meta: ObjectMeta, { columns }: Preview): Rules {
  const found: Rules = {}
  for (const column of columns)
    if (column.suggested) found[column.name] = [newRule(meta, column, column.suggested)]
  return found
}

/** What a part begins with: what was chosen for the same columns before, or what they suggest. */
export function firstChoice(meta: ObjectMeta, { preview }: Part): Choice {
  const { remembered } = preview
  // how records are found is chosen anew, and would be contradicted by what the map says of it
  const map: Record<string, unknown> = { ...remembered?.map }
  delete map.mode
  delete map.match
  const { columns, ...others } = map
  const known = new Set(preview.columns.map(({ name }) => name))
  const kept = Object.entries(rulesOf((columns ?? {}) as Record<string, unknown>)).filter(
    ([name]) => known.has(name),
  )
  return {
    rules: remembered ? Object.fromEntries(kept) : suggestedRules(meta, preview),
    others,
    mode: remembered?.mode ?? 'create',
    match: remembered?.match ?? null,
    duplicates: remembered?.duplicates ?? 'skip',
  }
}

export const mapOf = ({ rules, others }: Choice): ImportMap => ({ ...others, columns: rules })

const SMALL = 8 * 1024 * 1024
const SAMPLE = 4 * 1024 * 1024
const LINE_END = 10

/** What of a file the preview of a rule needs: of a long text file its beginning is enough. */
export async function sampleOf(file: File): Promise<Blob> {
  if (file.size <= SMALL || !/\.(csv|tsv|txt)$/i.test(file.name)) return file
  const bytes = new Uint8Array(await file.slice(0, SAMPLE).arrayBuffer())
  // of UTF-16 a byte is no character
  const wide = bytes.subarray(0, 200).includes(0) || bytes[0] === 0xff || bytes[0] === 0xfe
  return wide ? file : file.slice(0, bytes.lastIndexOf(LINE_END) + 1)
}
