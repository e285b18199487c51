import { useQuery } from '@tanstack/react-query'
import { aggregateQuery } from '@/api/records'
import type { FilterNode } from '@/api/types'
import { canSum } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { amountOf } from '../sales/usePipeline'

export interface Sum {
  count: number
  amount: number
}

/** Count and sum of what meets a filter; null on its way, or where the reader may not sum it. */
export function useSum(meta: ObjectMeta | undefined, field: string, filter: FilterNode) {
  const readable = meta?.rights.read && canSum(meta, field)
  const { data } = useQuery({
    ...aggregateQuery(meta ?? { object: '', path: '' }, {
      filter,
      measures: [{ op: 'count' }, { op: 'sum', field }],
    }),
    enabled: Boolean(readable),
  })
  const values = data?.rows[0]?.values
  if (!data) return null
  return { count: Number(values?.[0] ?? 0), amount: amountOf(values?.[1]) } satisfies Sum
}
