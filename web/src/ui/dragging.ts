import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import {
  attachClosestEdge,
  type Edge,
  extractClosestEdge,
} from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'

interface Options {
  kind: string
  id: string
  handle: Element | null
  setEdge: (edge: Edge | null) => void
  onMove: (id: string, target: string, after: boolean) => void
}

/** One place of a row: it can be dragged, and others of its kind can be dropped beside it. */
export function makeReorderable(
  element: HTMLElement,
  { kind, id, handle, setEdge, onMove }: Options,
) {
  return combine(
    draggable({ element, dragHandle: handle ?? undefined, getInitialData: () => ({ kind, id }) }),
    dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data.kind === kind && source.data.id !== id,
      getData: ({ input }) =>
        attachClosestEdge({}, { element, input, allowedEdges: ['left', 'right'] }),
      onDrag: ({ self }) => setEdge(extractClosestEdge(self.data)),
      onDragLeave: () => setEdge(null),
      onDrop: ({ source, self }) => {
        setEdge(null)
        onMove(String(source.data.id), id, extractClosestEdge(self.data) === 'right')
      },
    }),
  )
}
