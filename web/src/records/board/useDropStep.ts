import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element'
import { type RefObject, useEffect, useState } from 'react'
import type { RecordData } from '@/api/types'
import type { Step } from '@/fields/steps'
import type { Move } from './useMove'

/** Lets cards of other columns be dropped here; `scroller` scrolls while one hovers at its edge. */
export function useDropStep(
  column: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null> | null,
  step: Step,
  move: Move,
) {
  const [over, setOver] = useState(false)
  useEffect(() => {
    const element = column.current
    if (!element) return
    const target = dropTargetForElements({
      element,
      canDrop: ({ source }) => 'record' in source.data && source.data.from !== step.id,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false)
        void move(source.data.record as RecordData, step)
      },
    })
    const rows = scroller?.current
    return rows ? combine(target, autoScrollForElements({ element: rows })) : target
  }, [column, scroller, step, move])
  return over
}
