import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import { IconList, IconPin, IconUser, IconUsers } from '@/ui/icons'
import { useReorder } from '@/ui/useReorder'
import type { VIEW_PAGES } from '../pages'
import classes from './List.module.css'
import type { View } from './useListState'

interface Props {
  view: View
  path: string
  to: (typeof VIEW_PAGES)[keyof typeof VIEW_PAGES]
  current: boolean
  /** Whether the reader may put it elsewhere. */
  movable: boolean
  onMove: (id: string, target: string, after: boolean) => void
}

const iconOf = (view: View) => {
  if (view.saved) return view.saved.shared ? IconUsers : IconPin
  return view.id === 'mine' ? IconUser : IconList
}

/** A view as a tab; one's own are dragged into order. */
export function ViewTab({ view, path, to, current, movable, onMove }: Props) {
  const ref = useRef<HTMLAnchorElement>(null)
  const edge = useReorder(ref, { kind: 'saved-view', id: view.id, movable, onMove })
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
