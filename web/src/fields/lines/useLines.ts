import { useRef, useState } from 'react'
import type { Field } from '@/metadata/types'
import { isEmpty } from '../types'
import { isBlank, type Line, TAX } from './written'

const REMEMBERED = 'fangxin-tax-percent'
let counted = 0
const fresh = () => ++counted

/** A line with what its columns begin with, and the tax rate of the line above or used last. */
export function blankLine(columns: Field[], above?: Line): Line {
  const starts = columns.filter((column) => !isEmpty(column.default))
  const line: Line = Object.fromEntries(starts.map(({ key, default: start }) => [key, start]))
  if (!columns.some(({ key, custom }) => key === TAX && !custom)) return line
  const rate = isEmpty(above?.[TAX]) ? localStorage.getItem(REMEMBERED) : above?.[TAX]
  return rate ? { ...line, [TAX]: rate } : line
}

/**
 * The lines under edit, each with a key of its own that stays with it as lines come, go and move.
 * There is always one to type into.
 */
export function useLines(
  columns: Field[],
  value: Line[] | null,
  onChange: (value: Line[] | null) => void,
) {
  const [first] = useState(() => blankLine(columns))
  const shown = value?.length ? value : [first]
  const newest = useRef(shown)
  newest.current = shown
  const keys = useRef<number[]>([])
  while (keys.current.length < shown.length) keys.current.push(fresh())
  keys.current.length = shown.length

  const put = (lines: Line[]) => {
    newest.current = lines
    onChange(lines)
  }
  return {
    lines: shown,
    keys: keys.current,
    change(row: number, change: Line) {
      const rate = change[TAX]
      if (!isEmpty(rate)) localStorage.setItem(REMEMBERED, String(rate))
      put(newest.current.with(row, { ...newest.current[row], ...change }))
    },
    /** Puts cells over the lines from a row on, making lines as they are needed. */
    spread(row: number, changes: Line[]) {
      const lines = [...newest.current]
      for (const [index, change] of changes.entries()) {
        const at = row + index
        lines[at] = { ...(lines[at] ?? blankLine(columns, lines[at - 1])), ...change }
      }
      put(lines)
    },
    add(): number {
      put([...newest.current, blankLine(columns, newest.current.at(-1))])
      return newest.current.length - 1
    },
    remove(row: number) {
      keys.current = keys.current.toSpliced(row, 1)
      put(newest.current.toSpliced(row, 1))
    },
    move(row: number, to: number) {
      const moved = <T>(all: T[]) => all.toSpliced(row, 1).toSpliced(to, 0, all[row]!)
      if (to < 0 || to >= newest.current.length) return
      keys.current = moved(keys.current)
      put(moved(newest.current))
    },
    copy(row: number) {
      keys.current = keys.current.toSpliced(row + 1, 0, fresh())
      const { id: _, ...copied } = newest.current[row]!
      put(newest.current.toSpliced(row + 1, 0, copied))
    },
    /** Rows as the server counts them: blank lines are not sent. */
    sentRow: (row: number) => shown.slice(0, row).filter((line) => !isBlank(columns, line)).length,
  }
}
export type Lines = ReturnType<typeof useLines>
