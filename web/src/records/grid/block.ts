import { kindOf } from '@/fields/registry'
import { type Formatters, isEmpty } from '@/fields/types'
import type { GridProps } from './Grid'
import { type Range, toTsv } from './range'

/** Copies a block as text that spreadsheets read. */
export function copy({ rows, columns }: GridProps, range: Range, format: Formatters) {
  const block = rows.slice(range.top, range.bottom + 1).map((record) =>
    columns.slice(range.left, range.right + 1).map(({ key, field }) => {
      const value = record[key]
      if (field.masked) return typeof value === 'string' ? value : ''
      return isEmpty(value) ? '' : kindOf(field).toText(value, field, format)
    }),
  )
  void navigator.clipboard?.writeText(toTsv(block))
}

/** What "fill down" means: one row alone takes what stands above it. */
export const fillRange = (range: Range): Range =>
  range.top === range.bottom ? { ...range, top: Math.max(0, range.top - 1) } : range

/** Follows the pointer over rows until it is let go; `over` tells what to do then. */
export function dragDown(over: (row: number) => () => void) {
  let end: (() => void) | undefined
  const move = ({ clientX, clientY }: PointerEvent) => {
    const row = document.elementFromPoint(clientX, clientY)?.closest('[role=row]')
    const index = Number(row?.getAttribute('aria-rowindex')) - 2
    if (row?.hasAttribute('aria-selected') && index >= 0) end = over(index)
  }
  const stop = new AbortController()
  const { signal } = stop
  addEventListener('pointermove', move, { signal })
  addEventListener('pointercancel', () => stop.abort(), { signal })
  addEventListener(
    'pointerup',
    () => {
      stop.abort()
      end?.()
    },
    { signal },
  )
}

/** Brings a column into view between the frozen ones and the edge. */
export function revealColumn(grid: HTMLElement, key: string | undefined) {
  const head = grid.querySelector<HTMLElement>(`[data-column="${key}"]`)
  const frozen = grid.querySelector<HTMLElement>('[data-first]')
  if (!head || !frozen || head === frozen) return
  const start = head.offsetLeft
  const left = frozen.offsetLeft + frozen.offsetWidth
  if (start - grid.scrollLeft < left) grid.scrollLeft = start - left
  const end = start + head.offsetWidth
  if (end > grid.scrollLeft + grid.clientWidth) grid.scrollLeft = end - grid.clientWidth
}
