import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { aggregateQuery } from '@/api/records'
import type { FilterNode, Money } from '@/api/types'
import { type Step, stepId, useSteps } from '@/fields/steps'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'

export interface StageFigure {
  step: Step
  count: number
  amount: number
}

/** Count and sum of the open stages, of all one sees or of what the filter leaves. */
export function usePipeline(meta: ObjectMeta, filter?: FilterNode) {
  const { steps, pending } = useSteps(fieldOf(meta, 'stage'), meta.object)
  const { data, error } = useQuery(
    aggregateQuery(meta, {
      filter,
      group: ['stage'],
      measures: [{ op: 'count' }, { op: 'sum', field: 'amount' }],
    }),
  )
  const figures = useMemo((): StageFigure[] => {
    const rows = new Map((data?.rows ?? []).map(({ group, values }) => [stepId(group[0]), values]))
    return steps
      .filter((step) => step.kind === 'open')
      .map((step) => {
        const [count, sum] = rows.get(step.id) ?? []
        return { step, count: Number(count ?? 0), amount: amountOf(sum) }
      })
  }, [steps, data])
  return { figures, steps, ready: !pending && data !== undefined, error }
}

/** The amount of a sum in the base currency; a sum over nothing is zero. */
export const amountOf = (sum: unknown): number =>
  Number((sum as Money | null | undefined)?.amount ?? 0)
