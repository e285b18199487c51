import type { KeyboardEvent, RefObject } from 'react'
import { flushSync } from 'react-dom'
import { focusCell, type Place, placeOf } from './cells'
import type { Lines } from './useLines'

type Root = RefObject<HTMLDivElement | null>

/** An arrow leaves a text only at its end, or when all of it is selected, as after Tab. */
function leaves(target: EventTarget, forward: boolean): boolean {
  if (!(target instanceof HTMLInputElement)) return true
  const { selectionStart: from, selectionEnd: to, value } = target
  if (from === null || to === null || (from === 0 && to === value.length)) return true
  return forward ? from === value.length : to === 0
}

const SIDEWAYS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 }
const UPWARDS: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 }

/** The keys of the line editor; a list that hangs open below a cell has its own. */
export function useLineKeys(root: Root, lines: Lines, width: number) {
  const go = (place: Place) => focusCell(root.current, place)
  const down = ({ row, column }: Place, step: number) => {
    const to = row + step
    // Drawn at once, so that what is typed next lands in the new line.
    if (to >= lines.lines.length) flushSync(() => lines.add())
    if (to >= lines.lines.length) return go({ row: to, column: 0 })
    go({ row: Math.max(0, to), column })
  }
  /** Changes of the lines themselves; whether the key was one of theirs. */
  const command = (event: KeyboardEvent, place: Place): boolean => {
    const step = UPWARDS[event.key]
    if (event.altKey && step) {
      const to = place.row + step
      flushSync(() => lines.move(place.row, to))
      if (to >= 0 && to < lines.lines.length) go({ ...place, row: to })
      return true
    }
    if ((event.ctrlKey || event.metaKey) && event.key === 'Backspace') {
      const last = lines.lines.length - 1
      flushSync(() => lines.remove(place.row))
      go({ ...place, row: Math.max(0, Math.min(place.row, last - 1)) })
      return true
    }
    return false
  }
  const walk = (event: KeyboardEvent, place: Place): boolean => {
    if (event.ctrlKey || event.metaKey || event.altKey) return false
    if (event.key === 'Enter') {
      down(place, event.shiftKey ? -1 : 1)
      return true
    }
    const target = event.target as HTMLElement
    const up = UPWARDS[event.key]
    if (up && !target.ariaHasPopup) {
      if (place.row + up < lines.lines.length) down(place, up)
      return true
    }
    const side = SIDEWAYS[event.key]
    if (!side || event.shiftKey || !leaves(target, side > 0)) return false
    const column = place.column + side
    if (column >= 0 && column < width) go({ ...place, column })
    return true
  }
  return (event: KeyboardEvent) => {
    const place = placeOf(event.target)
    const target = event.target as HTMLElement
    const open = target.ariaExpanded === 'true'
    if (!place || open || event.defaultPrevented || event.nativeEvent.isComposing) return
    if (command(event, place) || walk(event, place)) event.preventDefault()
  }
}
