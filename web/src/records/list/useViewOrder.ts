import { useQueryClient } from '@tanstack/react-query'
import { keys } from '@/api/keys'
import { useSaveView } from '@/api/queries'
import { useMe } from '@/api/session'
import type { SavedView } from '@/api/types'
import { toastError } from '@/ui/toast'

/** The reader's own views of a list, which he puts in order; those of others keep their place. */
export function useViewOrder(object: string, views: SavedView[]) {
  const client = useQueryClient()
  const me = useMe()
  const { mutateAsync: save } = useSaveView()
  const own = views.filter(({ owner }) => !owner || owner.id === me.user.id)
  /** Puts a view where another stands, before or after it. */
  const move = async (id: string, target: string, after: boolean) => {
    const moved = own.find((view) => view.id === id)
    const rest = own.filter((view) => view.id !== id)
    const at = rest.findIndex((view) => view.id === target)
    if (!moved || at < 0) return
    rest.splice(at + (after ? 1 : 0), 0, moved)
    const positions = new Map(rest.map((view, index) => [view.id, index + 1]))
    const changed = rest.filter((view) => view.position !== positions.get(view.id))
    // Shown at once; the server's order comes with the answer.
    client.setQueryData<SavedView[]>(keys.views(object), (all) =>
      all
        ?.map((view) => ({ ...view, position: positions.get(view.id) ?? view.position }))
        .sort((a, b) => (a.position ?? 0) - (b.position ?? 0)),
    )
    try {
      await Promise.all(
        changed.map(({ id: one }) => save({ id: one, position: positions.get(one) })),
      )
    } catch (error) {
      toastError(error)
    }
  }
  const isOwn = (id: string) => own.some((view) => view.id === id)
  /** Moves one place; null at the end of the row. */
  const step = (id: string, by: 1 | -1) => {
    const neighbour = own[own.findIndex((view) => view.id === id) + by]
    return isOwn(id) && neighbour ? () => void move(id, neighbour.id, by === 1) : null
  }
  const next = Math.max(0, ...own.map(({ position = 0 }) => position)) + 1
  return { isOwn, move, step, next }
}
