import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element'
import { useLocalStorage } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { aggregateQuery } from '@/api/records'
import type { ListParams, Money } from '@/api/types'
import { type Step, stepId } from '@/fields/steps'
import { canSum } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { Empty } from '@/ui/Empty'
import { IconLayoutKanban } from '@/ui/icons'
import classes from './Board.module.css'
import { Column } from './Column'
import { Folded } from './Folded'
import { useMove } from './useMove'

interface Props {
  meta: ObjectMeta
  field: Field
  steps: Step[]
  params: ListParams
}
export interface Totals {
  count: number
  sum: Money | null
}

/** Count and sum of every column, in one question. */
function useTotals(meta: ObjectMeta, field: Field, params: ListParams) {
  const summed = meta.board?.sum
  const sum = summed && canSum(meta, summed) ? summed : null
  const { data } = useQuery({
    ...aggregateQuery(meta, {
      filter: params.filter,
      q: params.q,
      group: [field.key],
      measures: [{ op: 'count' }, ...(sum ? [{ op: 'sum' as const, field: sum }] : [])],
    }),
    placeholderData: (before) => before,
  })
  return useMemo(() => {
    const found = new Map<string, Totals>()
    for (const { group, values } of data?.rows ?? []) {
      const id = stepId(group[0])
      if (id) found.set(id, { count: Number(values[0]), sum: (values[1] as Money | null) ?? null })
    }
    return data ? found : null
  }, [data])
}

const NONE: Totals = { count: 0, sum: null }

export default function Columns({ meta, field, steps, params }: Props) {
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const totals = useTotals(meta, field, params)
  const { moved, move } = useMove(meta, field)
  const [folds, setFolds] = useLocalStorage<Record<string, boolean>>({
    key: 'fangxin-board-folds',
    defaultValue: {},
    getInitialValueInEffect: false,
  })
  useEffect(() => {
    const element = scroller.current
    return element ? autoScrollForElements({ element }) : undefined
  }, [])
  const fold = useCallback(
    (step: Step, folded: boolean) => setFolds((all) => ({ ...all, [step.id]: folded })),
    [setFolds],
  )
  if (!steps.length) return <Empty icon={IconLayoutKanban} title={t('board.noColumns')} />
  return (
    <div
      ref={scroller}
      className={classes.board}
      role="region"
      aria-label={t('shell.boardOf', { object: meta.label })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls sideways by keyboard
      tabIndex={0}
    >
      {steps.map((step) => {
        const total = totals ? (totals.get(step.id) ?? NONE) : null
        if (folds[step.id] ?? step.kind !== 'open') {
          return <Folded key={step.id} {...{ step, total, move }} open={() => fold(step, false)} />
        }
        return (
          <Column
            key={step.id}
            {...{ meta, field, step, steps, params, total, moved, move }}
            onFold={fold}
          />
        )
      })}
    </div>
  )
}
