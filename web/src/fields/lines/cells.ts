/** Where a cell stands; cells of a table are found by it. */
export interface Place {
  row: number
  column: number
}

export const placeAttributes = ({ row, column }: Place) => ({ 'data-cell': `${row}:${column}` })

export function placeOf(target: EventTarget): Place | null {
  const cell = (target as HTMLElement).closest?.<HTMLElement>('[data-cell]')?.dataset.cell
  if (!cell) return null
  const [row, column] = cell.split(':').map(Number)
  return { row: row!, column: column! }
}

export function focusCell(root: HTMLElement | null, { row, column }: Place) {
  const cell = root?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`)
  const input = cell?.matches('input,textarea') ? cell : cell?.querySelector<HTMLElement>('input')
  input?.focus()
}

/** Errors of the server by `row/column`, where rows count only the lines that were sent. */
export function errorAt(errors: Record<string, string> | undefined, row: number, key: string) {
  return errors?.[`${row}/${key}`]
}
export const rowError = (errors: Record<string, string> | undefined, row: number) =>
  errors?.[String(row)]

/** A table as spreadsheets put it on the clipboard; null when it is one plain text. */
export function blockOf(text: string): string[][] | null {
  const body = text.replace(/\r?\n$/, '')
  if (!/[\t\n]/.test(body)) return null
  return body.split(/\r?\n/).map((line: string) => line.split('\t'))
}

/** Digits as they are typed in any input method; null for what cannot become a number. */
export function typedNumber(text: string, scale: number, signed: boolean): string | null {
  const plain = text
    .normalize('NFKC')
    .replaceAll('。', '.')
    .replace(/[\s,¥$€%]/g, '')
  const known = new RegExp(`^${signed ? '-?' : ''}\\d*(\\.\\d{0,${scale}})?$`)
  return known.test(plain) ? plain : null
}
