import type { KeyboardEvent } from 'react'
import type { Cell } from './types'

interface Extent {
  rows: number
  columns: number
  /** Rows that fit on the screen. */
  page: number
}

const clamp = (value: number, count: number) => Math.max(0, Math.min(count - 1, value))

/** Where a key takes the active cell, or null when the key does not move. */
export function moved(
  { row, column }: Cell,
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>,
  { rows, columns, page }: Extent,
): Cell | null {
  const far = event.ctrlKey || event.metaKey
  const to = (nextRow: number, nextColumn: number) => ({
    row: clamp(nextRow, rows),
    column: clamp(nextColumn, columns),
  })
  switch (event.key) {
    case 'ArrowDown':
      return to(far ? rows : row + 1, column)
    case 'ArrowUp':
      return to(far ? 0 : row - 1, column)
    case 'ArrowRight':
      return to(row, far ? columns : column + 1)
    case 'ArrowLeft':
      return to(row, far ? 0 : column - 1)
    case 'PageDown':
      return to(row + page, column)
    case 'PageUp':
      return to(row - page, column)
    case 'Home':
      return to(far ? 0 : row, 0)
    case 'End':
      return to(far ? rows : row, columns)
    default:
      return null
  }
}

/** The cell after a committed edit: Enter goes down, Tab to the side and on into the next row. */
export function afterCommit(
  { row, column }: Cell,
  how: 'down' | 'next' | 'previous' | 'stay',
  rows: number,
  columns: number,
): Cell {
  if (how === 'down') return { row: clamp(row + 1, rows), column }
  if (how === 'stay') return { row, column }
  const step = how === 'next' ? 1 : -1
  const flat = clamp(row * columns + column + step, rows * columns)
  return { row: Math.floor(flat / columns), column: flat % columns }
}
