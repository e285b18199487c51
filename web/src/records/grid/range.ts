import type { Cell } from './types'

/** A block of cells, its edges included. */
export interface Range {
  top: number
  left: number
  bottom: number
  right: number
}

/** The block between two corners. */
export const rangeOf = (a: Cell, b: Cell): Range => ({
  top: Math.min(a.row, b.row),
  bottom: Math.max(a.row, b.row),
  left: Math.min(a.column, b.column),
  right: Math.max(a.column, b.column),
})
export const isSingle = ({ top, left, bottom, right }: Range) => top === bottom && left === right

/** A cell's text as spreadsheets quote it: with a tab, a line break or a quote inside. */
const quoted = (text: string) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
export const toTsv = (rows: string[][]) => rows.map((row) => row.map(quoted).join('\t')).join('\n')

/** Text copied from a spreadsheet → its cells; a quoted cell may hold tabs and line breaks. */
export function fromTsv(text: string): string[][] {
  const rows: string[][] = [[]]
  const cell = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/gy
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    const [, inQuotes, plain = '', end] = match
    rows.at(-1)!.push(inQuotes?.replaceAll('""', '"') ?? plain)
    if (!end) break
    if (end !== '\t') rows.push([])
  }
  // The line break at the end ends the last row, it begins none.
  if (rows.length > 1 && rows.at(-1)!.every((one) => one === '')) rows.pop()
  return rows
}

/** A copied block as it fills a range: repeated where the range is a multiple of it, else as it is. */
export function spread(block: string[][], range: Range): string[][] {
  const height = range.bottom - range.top + 1
  const width = range.right - range.left + 1
  const columns = Math.max(...block.map((row) => row.length))
  const fits = (has: number, room: number) => (room > has && room % has === 0 ? room : has)
  return Array.from({ length: fits(block.length, height) }, (_, row) =>
    Array.from(
      { length: fits(columns, width) },
      (_unused, column) => block[row % block.length]![column % columns] ?? '',
    ),
  )
}
