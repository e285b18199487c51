import type { CustomField } from '@/api/admin'
import { type Setting, settingsOf } from '@/fields/definition'
import type { FieldType } from '@/metadata/types'
import { columnsBody, type DraftColumn, draftColumn } from './columnDraft'
import type { DraftOption } from './OptionsEditor'
import { optionsBody } from './optionDraft'
import { bothWords } from './words'

type Figure = number | string
/** A custom field as its form holds it. */
export interface FieldDraft {
  type: FieldType
  key: string
  zh: string
  en: string
  help: string
  options: DraftOption[]
  columns: DraftColumn[]
  target: string | null
  formula: string
  over: string | null
  function: string
  of: string | null
  filter: unknown
  pattern: string
  required: boolean
  unique: boolean
  indexed: boolean
  searchable: boolean
  encrypted: boolean
  min: Figure
  max: Figure
  scale: Figure
  max_length: Figure
}

const word = (value: unknown) => (typeof value === 'string' ? value : '')
const figure = (value: unknown): Figure =>
  typeof value === 'number' || typeof value === 'string' ? value : ''

export function startDraft(field: CustomField | null): FieldDraft {
  const given: Partial<CustomField> = field ?? {}
  return {
    type: given.type ?? 'text',
    key: given.key ?? '',
    zh: given.labels?.['zh-CN'] ?? '',
    en: given.labels?.en ?? '',
    help: word(given.help),
    options: (given.options ?? []).map((option) => ({ ...option, kept: true })),
    columns: ((given.columns ?? [null]) as (Record<string, unknown> | null)[]).map((one, at) =>
      draftColumn(one, at + 1),
    ),
    target: word(given.target) || null,
    formula: word(given.formula),
    over: word(given.over) || null,
    function: word(given.function) || 'count',
    of: word(given.of) || null,
    filter: given.filter ?? null,
    pattern: word(given.default),
    required: given.required === true,
    unique: given.unique === true,
    indexed: given.indexed === true,
    searchable: given.searchable === true,
    encrypted: given.encrypted === true,
    min: figure(given.min),
    max: figure(given.max),
    scale: figure(given.scale),
    max_length: figure(given.max_length),
  }
}

/** The form as it is sent: only what its type knows; the object and key only for a new field. */
export function fieldBody(draft: FieldDraft, object: string | null) {
  const has = (setting: Setting) => settingsOf(draft.type).includes(setting)
  const body: Record<string, unknown> = { labels: bothWords(draft.zh, draft.en) }
  if (object) Object.assign(body, { object, key: draft.key || undefined, type: draft.type })
  if (draft.help) body.help = draft.help
  for (const name of ['required', 'indexed', 'searchable', 'encrypted'] as const) {
    if (has(name)) body[name] = draft[name]
  }
  if (body.encrypted) body.searchable = false
  if (has('unique')) body.unique = draft.unique
  for (const name of ['min', 'max', 'scale', 'max_length'] as const) {
    if (has(name) && draft[name] !== '') body[name] = Number(draft[name])
  }
  if (has('options')) body.options = optionsBody(draft.options)
  if (has('columns')) body.columns = columnsBody(draft.columns)
  if (object && has('target')) body.target = draft.target
  if (has('formula')) body.formula = draft.formula
  if (has('over')) {
    const { over, of, filter } = draft
    Object.assign(body, { over, function: draft.function, of, filter })
  }
  if (has('pattern') && draft.pattern) body.default = draft.pattern
  return body
}
