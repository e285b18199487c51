import type { Field } from '@/metadata/types'

const WORDS = new Set(['text', 'long_text'])
const NUMBERS = new Set(['integer', 'decimal', 'percent', 'money'])

export const isWords = (column: Field) => WORDS.has(column.type)
export const isNumber = (column: Field) =>
  NUMBERS.has((column.type === 'formula' && column.result_type) || column.type)

/** Columns as they stand beside each other: words are written below the link before them. */
export function stacks(columns: Field[]): Field[][] {
  const found: Field[][] = []
  for (const column of columns) {
    const before = found.at(-1)
    if (before?.length === 1 && before[0]?.target && isWords(column)) before.push(column)
    else found.push([column])
  }
  return found
}

/** Digits shown behind the point of a computed amount. */
export const fixed = (digits: number) => ({
  minimumFractionDigits: digits,
  maximumFractionDigits: digits,
})
