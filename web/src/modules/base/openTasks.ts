import type { FilterNode } from '@/api/types'

/** One's tasks that are still to be done. */
export const MY_OPEN_TASKS: FilterNode = {
  all: [
    { field: 'assignee', op: 'in', value: ['me'] },
    { field: 'done_at', op: 'empty' },
  ],
}
