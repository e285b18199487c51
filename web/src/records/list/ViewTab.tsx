import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import {
  attachClosestEdge,
  type Edge,
  extractClosestEdge,
} from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { IconList, IconPin, IconUser, IconUsers } from '@/ui/icons'
import classes from './List.module.css'
import type { View } from './useListState'

interface Props {
  view: View
  path: string
  to: '/$path' | '/$path/board'
  current: boolean
  /** Whether the reader may put it elsewhere. */
  movable: boolean
  onMove: (id: string, target: string, after: boolean) => void
}

const DRAG = 'saved-view'
const iconOf = (view: View) => {
  if (view.saved) return view.saved.shared ? IconUsers : IconPin
  return view.id === 'mine' ? IconUser : IconList
}

/** A view as a tab; one's own are dragged into order. */
export function ViewTab({ view, path, to, current, movable, onMove }: Props) {
  const ref = useRef<HTMLAnchorElement>(null)
  const [edge, setEdge] = useState<Edge | null>(null)
  const moving = useRef(onMove)
  moving.current = onMove
  useEffect(() => {
    const element = ref.current
    if (!element || !movable) return
    return combine(
      draggable({ element, getInitialData: () => ({ kind: DRAG, id: view.id }) }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data.kind === DRAG && source.data.id !== view.id,
        getData: ({ input }) =>
          attachClosestEdge({}, { element, input, allowedEdges: ['left', 'right'] }),
        onDrag: ({ self }) => setEdge(extractClosestEdge(self.data)),
        onDragLeave: () => setEdge(null),
        onDrop: ({ source, self }) => {
          setEdge(null)
          moving.current(String(source.data.id), view.id, extractClosestEdge(self.data) === 'right')
        },
      }),
    )
  }, [view.id, movable])
  const Sign = iconOf(view)
  return (
    <Link
      ref={ref}
      to={to}
      params={{ path }}
      search={{ view: view.id }}
      className={classes.tab}
      aria-current={current ? 'page' : undefined}
      data-edge={edge ?? undefined}
    >
      <Sign size={14} stroke={1.8} aria-hidden />
      {view.name}
    </Link>
  )
}
