import type { LinkProps } from '@tanstack/react-router'
import type { ObjectMeta } from '@/metadata/types'

/** What each step is called in the catalogues, and what it points at (the first that is shown). */
export const STEPS = [
  { key: 'day', target: 'main section, main h1' },
  { key: 'list', target: '[role=grid], main [role=list], main ul' },
  { key: 'record', target: '[role=tablist], main h1' },
  { key: 'board', target: '[data-board], main h1' },
  { key: 'search', target: '[data-search]' },
] as const

/** The object the tour walks through: what is sold, else what the reader has first. */
export function objectOfTour(objects: readonly ObjectMeta[]): ObjectMeta | undefined {
  const shown = objects.filter((meta) => meta.navigation && meta.rights.read)
  return (
    shown.find((meta) => meta.object === 'opportunity') ??
    shown.find((meta) => meta.board) ??
    shown[0]
  )
}

/** Where a step is to be seen; undefined where one stays. */
export function placeOf(
  key: (typeof STEPS)[number]['key'],
  meta: ObjectMeta | undefined,
  record: string | undefined,
): LinkProps | undefined {
  if (key === 'day') return { to: '/' }
  if (!meta || key === 'search') return undefined
  const params = { path: meta.path }
  if (key === 'list') return { to: '/$path', params }
  if (key === 'board') return meta.board ? { to: '/$path/board', params } : undefined
  return record ? { to: '/$path/$id', params: { path: meta.path, id: record } } : undefined
}
