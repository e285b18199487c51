import { useQueries } from '@tanstack/react-query'
import { rowsQuery } from '@/api/records'
import type { FilterNode, RecordData } from '@/api/types'
import type { Action, ObjectMeta } from '@/metadata/types'

/**
 * The actions that fit a record as it is now. A condition is a filter: the server answers it, so that
 * it means here what it means in a list.
 */
export function useActions(meta: ObjectMeta, record: RecordData): Action[] {
  const self: FilterNode = { field: 'id', op: 'is', value: record.id }
  const whens = meta.actions.flatMap(({ when }) => (when ? [JSON.stringify(when)] : []))
  const asked = [...new Set(whens)]
  const met = useQueries({
    queries: asked.map((when) => {
      const filter = { all: [self, JSON.parse(when) as FilterNode] }
      return rowsQuery(meta, { filter, fields: ['id'], limit: 1, count: 'none' })
    }),
    combine: (results) =>
      new Map(results.map(({ data }, index) => [asked[index], Boolean(data?.items.length)])),
  })
  return meta.actions.filter(({ when }) => !when || met.get(JSON.stringify(when)))
}
