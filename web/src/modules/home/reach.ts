import type { FilterNode, Me } from '@/api/types'

/** Whose records a role begins its day with: one's own, the team's, or all that one may see. */
export function reachOf(home: Me['home']): FilterNode | undefined {
  if (home === 'executive' || home === 'admin') return undefined
  if (home === 'manager') return { field: 'owner', op: 'is', value: 'my_departments' }
  return { field: 'owner', op: 'in', value: ['me'] }
}
