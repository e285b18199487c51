import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { aggregateQuery } from '@/api/records'
import type { AggregateRequest, FilterNode, Money } from '@/api/types'
import { type Step, stepId, useSteps } from '@/fields/steps'
import { canSum, fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'

export interface StageFigure {
  step: Step
  count: number
  /** Zero for those who may not sum it. */
  amount: number
}

const AMOUNT = 'amount'
/** Whether the reader is shown money; else counts alone. */
export const hasMoney = (meta: ObjectMeta) => canSum(meta, AMOUNT)
/** The count first, then the sum where the reader may have it. */
export const measuresOf = (meta: ObjectMeta): AggregateRequest['measures'] =>
  hasMoney(meta) ? [{ op: 'count' }, { op: 'sum', field: AMOUNT }] : [{ op: 'count' }]

/** Count and sum of the open stages, of all one sees or of what the filter leaves. */
export function usePipeline(meta: ObjectMeta, filter?: FilterNode) {
  const { steps, pending } = useSteps(fieldOf(meta, 'stage'), meta.object)
  const { data, error } = useQuery(
    aggregateQuery(meta, {
      filter,
      group: ['stage'],
      measures: measuresOf(meta),
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
