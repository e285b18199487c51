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
import type { ListState } from '../list/useListState'
import classes from './Board.module.css'
import { Column } from './Column'
import { Folded } from './Folded'
import { useMove } from './useMove'

interface Props {
  meta: ObjectMeta
  field: Field
  steps: Step[]
  params: ListParams
  state: ListState
}
export interface Totals {
  count: number
  sum: Money | string | null
}

/** Count and sum of every column, in one question. */
function useTotals({ meta, field, params, state }: Props) {
  const summed = state.board?.sum === undefined ? meta.board?.sum : state.board.sum
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
      const id = stepId(group[0]) ?? ''
      found.set(id, { count: Number(values[0]), sum: asMoney(values[1]) })
    }
    return data ? found : null
  }, [data])
}

/** A sum is money, or a plain number of something else. */
const asMoney = (value: unknown): Totals['sum'] =>
  value === null || value === undefined
    ? null
    : typeof value === 'object'
      ? (value as Money)
      : String(value)

const NONE: Totals = { count: 0, sum: null }

export default function Columns(props: Props) {
  const { meta, field, steps, params, state } = props
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const totals = useTotals(props)
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
  // The two boards everyone has keep the folds they had before there were views of boards.
  const view = state.view.saved ? `${state.view.id}/` : ''
  const fold = useCallback(
    (step: Step, folded: boolean) => setFolds((all) => ({ ...all, [view + step.id]: folded })),
    [setFolds, view],
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
        if (folds[view + step.id] ?? step.kind !== 'open') {
          return <Folded key={step.id} {...{ step, total, move }} open={() => fold(step, false)} />
        }
        return (
          <Column
            key={step.id}
            {...{ meta, field, step, steps, params, total, moved, move }}
            limit={state.board?.limits?.[step.id]}
            onFold={fold}
          />
        )
      })}
    </div>
  )
}
