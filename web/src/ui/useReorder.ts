import type { Edge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { type RefObject, useEffect, useRef, useState } from 'react'

interface Reordered {
  /** Things of one kind change places among themselves. */
  kind: string
  id: string
  /** False: it neither moves nor takes another beside it. */
  movable: boolean
  /** What is dragged; the thing itself by default. */
  handle?: string
  onMove: (id: string, target: string, after: boolean) => void
}

/**
 * Lets an element of a row be dragged to another place, and tells at which edge of it another would
 * land. The code for dragging is fetched when the first such row has been drawn.
 */
export function useReorder<E extends HTMLElement>(
  ref: RefObject<E | null>,
  { kind, id, movable, handle, onMove }: Reordered,
) {
  const [edge, setEdge] = useState<Edge | null>(null)
  const move = useRef(onMove)
  move.current = onMove
  useEffect(() => {
    const element = ref.current
    if (!element || !movable) return
    let gone = false
    let release: (() => void) | undefined
    void import('./dragging').then(({ makeReorderable }) => {
      if (gone) return
      release = makeReorderable(element, {
        kind,
        id,
        handle: handle ? element.querySelector(handle) : null,
        setEdge,
        onMove: (...moved) => move.current(...moved),
      })
    })
    return () => {
      gone = true
      release?.()
    }
  }, [ref, kind, id, movable, handle])
  return edge
}
