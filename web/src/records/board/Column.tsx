import { ActionIcon } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { columnQuery } from '@/api/board'
import type { ListParams } from '@/api/types'
import { type Step, stepId } from '@/fields/steps'
import type { Field, ObjectMeta } from '@/metadata/types'
import { IconLayoutSidebarLeftCollapse, IconPlus } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { both } from '../filter/tree'
import { openCreate } from '../form/createStore'
import classes from './Board.module.css'
import { CardOutlines } from './BoardOutline'
import { Card } from './Card'
import type { Totals } from './Columns'
import { useDropStep } from './useDropStep'
import type { Move, Moved } from './useMove'

interface Props {
  meta: ObjectMeta
  field: Field
  step: Step
  steps: Step[]
  params: ListParams
  total: Totals | null
  /** How many cards it should not exceed. */
  limit: number | undefined
  moved: Moved
  move: Move
  onFold: (step: Step, folded: boolean) => void
}
const CARD = 102
const AHEAD = 15

function useCards({ meta, field, step, params, moved }: Props) {
  const own = step.id
    ? { field: field.key, op: 'is', value: step.id }
    : { field: field.key, op: 'empty' }
  const asked = { ...params, filter: both(params.filter, own) }
  const query = useInfiniteQuery(columnQuery(meta, step.id, asked))
  const rows = useMemo(() => {
    const fetched = query.data?.pages.flatMap((page) => page.items) ?? []
    const stays = fetched.filter((row) => {
      const to = moved.get(row.id)?.to ?? stepId(row[field.key]) ?? ''
      return to === step.id
    })
    const known = new Set(stays.map((row) => row.id))
    const come = [...moved.values()].filter(
      ({ to, record }) => to === step.id && !known.has(record.id),
    )
    return [...come.map(({ record }) => record), ...stays]
  }, [query.data, moved, field.key, step.id])
  return { query, rows }
}

/** One state: its count and sum, its cards fifty at a time, more as one scrolls. */
export const Column = memo(function Column(props: Props) {
  const { meta, field, step, steps, move } = props
  const { t } = useTranslation()
  const root = useRef<HTMLElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const over = useDropStep(root, list, step, move)
  const { query, rows } = useCards(props)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => CARD,
    overscan: 4,
    getItemKey: (index) => rows[index]!.id,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last > rows.length - AHEAD) void fetchNextPage()
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage])
  return (
    <section
      ref={root}
      className={classes.column}
      data-over={over || undefined}
      aria-label={step.name}
    >
      <Head {...props} />
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles may have a name */}
      <div
        ref={list}
        className={classes.list}
        // a scrolling region is reached by keyboard
        tabIndex={0}
        // a list must have items; an empty column is only a place
        role={rows.length ? 'list' : 'group'}
        aria-label={step.name}
      >
        {query.isPending && <CardOutlines />}
        {query.isSuccess && !rows.length && <p className={classes.none}>{t('board.empty')}</p>}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
          {items.map(({ key, index, start }) => (
            <Card
              key={key}
              meta={meta}
              field={field}
              step={step}
              steps={steps}
              record={rows[index]!}
              top={start}
              move={move}
            />
          ))}
        </div>
      </div>
    </section>
  )
})

function Head({ meta, field, step, total, limit, onFold }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { sum } = total ?? {}
  const money = typeof sum === 'object' ? sum : null
  const likely = step.kind === 'open' && step.probability !== null && money
  const weighted = likely ? (Number(money.amount) * step.probability!) / 100 : null
  const over = limit !== undefined && (total?.count ?? 0) > limit
  // A state that only actions reach is begun at its first value.
  const adds = field.editable ? step.kind === 'open' : step.id === field.default
  const values = field.editable ? { [field.key]: step.value } : undefined
  return (
    <header className={classes.head}>
      <div className="row">
        <i className={classes.dot} style={{ background: `var(--t-${step.colour})` }} />
        <h2 className="trunc">{step.name}</h2>
        {total && (
          <span
            className={classes.count}
            data-over={over || undefined}
            title={over ? t('board.overLimit', { limit }) : undefined}
          >
            {format.number(total.count)}
            {limit !== undefined && ` / ${format.number(limit)}`}
          </span>
        )}
        <span className="grow" />
        <ActionIcon
          size={24}
          aria-label={t('board.fold', { name: step.name })}
          onClick={() => onFold(step, true)}
        >
          <IconLayoutSidebarLeftCollapse size={15} />
        </ActionIcon>
        {meta.rights.create && adds && (
          <ActionIcon
            size={24}
            aria-label={t('board.add', { name: step.name })}
            onClick={() => openCreate({ object: meta.object, values, onCreated: () => undefined })}
          >
            <IconPlus size={15} />
          </ActionIcon>
        )}
      </div>
      <div className={classes.sum}>
        {money && (
          <b className="num" title={format.money(money)}>
            {format.money(money, true)}
          </b>
        )}
        {typeof sum === 'string' && <b className="num">{format.number(sum)}</b>}
        {weighted !== null && (
          <span
            className="dim3 num"
            title={t('board.weightedHint', { percent: step.probability ?? 0 })}
          >
            {t('board.weighted', { amount: format.amount(Math.round(weighted), true) })}
          </span>
        )}
      </div>
    </header>
  )
}
