import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import {
  attachClosestEdge,
  type Edge,
  extractClosestEdge,
} from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { type RefObject, useEffect, useRef, useState } from 'react'

export type Kind = 'field' | 'section' | 'tab' | 'list' | 'rule'
export type Landing = Edge | 'inside' | null

interface Options {
  /** What is dragged here; null for a place that stays. */
  drag: { kind: Kind; id: string } | null
  /** Where it is taken; by default anywhere. */
  handle?: RefObject<HTMLElement | null>
  accepts: Kind[]
  /** Whether things land before and behind it, or in it. */
  beside: boolean
  onDrop: (kind: Kind, id: string, after: boolean) => void
}

/** Makes an element of the layout movable, and a place where others land; tells where they would. */
export function useDrag<E extends HTMLElement>({
  drag,
  handle,
  accepts,
  beside,
  onDrop,
}: Options): [RefObject<E | null>, Landing] {
  const root = useRef<E>(null)
  const [landing, setLanding] = useState<Landing>(null)
  const drop = useRef(onDrop)
  drop.current = onDrop
  const kind = drag?.kind
  const id = drag?.id
  const taken = accepts.join()
  useEffect(() => {
    const element = root.current
    if (!element) return
    const target = dropTargetForElements({
      element,
      canDrop: ({ source }) =>
        taken.split(',').includes(String(source.data.kind)) &&
        !(source.data.kind === kind && source.data.id === id),
      getData: ({ input }) =>
        beside
          ? attachClosestEdge({}, { element, input, allowedEdges: ['top', 'bottom'] })
          : { inside: true },
      onDrag: ({ self, location }) => {
        // Of places inside each other the innermost takes what is dropped.
        const mine = location.current.dropTargets[0]?.element === element
        setLanding(mine ? (extractClosestEdge(self.data) ?? 'inside') : null)
      },
      onDragLeave: () => setLanding(null),
      onDrop: ({ source, self, location }) => {
        setLanding(null)
        if (location.current.dropTargets[0]?.element !== element) return
        const after = extractClosestEdge(self.data) === 'bottom'
        drop.current(source.data.kind as Kind, String(source.data.id), after)
      },
    })
    if (!kind || id === undefined) return target
    return combine(
      target,
      draggable({
        element,
        dragHandle: handle?.current ?? undefined,
        getInitialData: () => ({ kind, id }),
      }),
    )
  }, [kind, id, taken, beside, handle])
  return [root, landing]
}
