import type { Words } from '@/api/admin'
import { type Setting, settingsOf } from '@/fields/definition'
import type { FieldType } from '@/metadata/types'
import type { DraftOption } from './OptionsEditor'
import { optionsBody } from './optionDraft'
import { bothWords, keyFrom } from './words'

/** A column of a sub-table as its form holds it; `given` is what the server has of it. */
export interface DraftColumn {
  id: number
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

export function draftColumn(given: Record<string, unknown> | null = null): DraftColumn {
  const labels = (given?.labels ?? {}) as Words
  const options = (given?.options ?? []) as Omit<DraftOption, 'kept'>[]
  const scale = given?.scale
  return {
    id: ++counted,
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

/** The key that a column has or will get: from its English word, else from its place. */
export const columnKey = (column: DraftColumn, place: number) =>
  column.key || keyFrom(column.en) || `column_${place + 1}`

const ADDED: FieldType[] = ['integer', 'decimal', 'money', 'formula']
export const isSummable = (type: FieldType) => ADDED.includes(type)
export const hasSetting = (column: DraftColumn, setting: Setting) =>
  settingsOf(column.type).includes(setting)

/** The columns as they are sent: what a form does not show stays as it is. */
export function columnsBody(columns: DraftColumn[]) {
  return columns.map((column, place) => {
    const has = (setting: Setting) => hasSetting(column, setting)
    return {
      ...column.given,
      key: columnKey(column, place),
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
