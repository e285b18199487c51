import type { Words } from '@/api/admin'
import { type Setting, settingsOf } from '@/fields/definition'
import type { FieldType } from '@/metadata/types'
import type { DraftOption } from './OptionsEditor'
import { optionsBody } from './optionDraft'
import { bothWords, keyFrom } from './words'

/** A column of a sub-table as its form holds it; `given` is what the server has of it. */
export interface DraftColumn {
  id: number
  /** Its key is made of it where it has no English word; it stays wherever the column is moved. */
  number: number
  given: Record<string, unknown> | null
  key: string
  type: FieldType
  zh: string
  en: string
  options: DraftOption[]
  target: string | null
  formula: string
  scale: number | string
  required: boolean
  summed: boolean
  resting: boolean
}

let counted = 0
const word = (value: unknown) => (typeof value === 'string' ? value : '')

export function draftColumn(given: Record<string, unknown> | null = null, number = 1): DraftColumn {
  const labels = (given?.labels ?? {}) as Words
  const options = (given?.options ?? []) as Omit<DraftOption, 'kept'>[]
  const scale = given?.scale
  return {
    id: ++counted,
    number,
    given,
    key: word(given?.key),
    type: (given?.type as FieldType) ?? 'text',
    zh: labels['zh-CN'] ?? '',
    en: labels.en ?? '',
    options: options.map((option) => ({ ...option, kept: true })),
    target: word(given?.target) || null,
    formula: word(given?.formula),
    scale: typeof scale === 'number' ? scale : '',
    required: given?.required === true,
    summed: given?.summed !== false,
    resting: Boolean(given?.deleted_at),
  }
}

/** The number of one more column. */
export const nextNumber = (columns: DraftColumn[]) =>
  Math.max(0, ...columns.map(({ number }) => number)) + 1

/** The id of a line stands beside its columns. */
const LINE_ID = 'id'

/** The keys that columns have or will get: from the English word, else a number; each another. */
export function columnKeys(columns: DraftColumn[]): string[] {
  const taken = new Set([LINE_ID, ...columns.map(({ key }) => key)])
  return columns.map(({ key, en, number }) => {
    if (key) return key
    const base = keyFrom(en) || `column_${number}`
    let free = base
    for (let next = 2; taken.has(free); next++) free = `${base.slice(0, 36)}_${next}`
    taken.add(free)
    return free
  })
}

const ADDED: FieldType[] = ['integer', 'decimal', 'money', 'formula']
export const isSummable = (type: FieldType) => ADDED.includes(type)
export const hasSetting = (column: DraftColumn, setting: Setting) =>
  settingsOf(column.type).includes(setting)

/** The columns as they are sent: what a form does not show stays as it is. */
export function columnsBody(columns: DraftColumn[]) {
  const keys = columnKeys(columns)
  return columns.map((column, place) => {
    const has = (setting: Setting) => hasSetting(column, setting)
    return {
      ...column.given,
      key: keys[place],
      type: column.type,
      labels: bothWords(column.zh, column.en),
      ...(has('options') && { options: optionsBody(column.options) }),
      ...(has('target') && { target: column.target }),
      ...(has('formula') && { formula: column.formula }),
      ...(has('scale') && column.scale !== '' && { scale: Number(column.scale) }),
      ...(has('required') && { required: column.required }),
      ...(isSummable(column.type) && { summed: column.summed }),
      deleted_at: column.resting ? (column.given?.deleted_at ?? new Date().toISOString()) : null,
    }
  })
}
