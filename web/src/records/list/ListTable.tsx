import { UnstyledButton } from '@mantine/core'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Count, ListParams, RecordData } from '@/api/types'
import { startCondition } from '@/fields/operators'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { useFormat } from '@/ui/useFormat'
import { append, storedFilter } from '../filter/tree'
import { Grid } from '../grid/Grid'
import type { GridColumn, Selection } from '../grid/types'
import { useSaveField } from '../save/useSaveField'
import { gridColumns } from './columns'
import classes from './List.module.css'
import { type useListRows, useListSums } from './useListRows'
import type { ListState } from './useListState'
import { usePaste } from './usePaste'

interface Props {
  meta: ObjectMeta
  state: ListState
  params: ListParams
  list: ReturnType<typeof useListRows>
  count: Count | undefined
  askExact: () => void
  selection: Selection
  setSelection: (selection: Selection) => void
  open: (record: RecordData) => void
}

/** The list as a table: the generic grid with this object's columns, sums and editing. */
export function ListTable(props: Props) {
  const { meta, state, params, list, open } = props
  const { columns: wanted, set, setColumns, group } = state
  const columns = useMemo(() => gridColumns(meta, wanted), [meta, wanted])
  const saveField = useSaveField(meta)
  const save = useCallback(
    (...change: Parameters<typeof saveField>) => void saveField(...change),
    [saveField],
  )
  const paste = usePaste(meta, columns, list.rows)
  const summed = columns.filter(({ field }) => field.aggregates?.includes('sum'))
  const sums = useListSums(
    meta,
    params,
    summed.map(({ key }) => key),
  )
  const filterBy = (key: string) => {
    const field = fieldOf(meta, key)
    if (field) set({ filter: storedFilter(append(group, startCondition(field))) })
  }
  return (
    <Grid
      label={meta.label_plural}
      object={meta.object}
      columns={columns}
      rows={list.rows}
      question={JSON.stringify(params)}
      pending={list.pending}
      sort={state.sort}
      selection={props.selection}
      peek={state.peek}
      editable={meta.rights.update}
      footer={(column, index) =>
        index === 0 ? (
          <Total count={props.count} askExact={props.askExact} />
        ) : (
          <Sum column={column} value={sums.get(column.key)} />
        )
      }
      onSelection={props.setSelection}
      onOpen={open}
      onSave={save}
      onPaste={paste}
      onSort={(sort) => set({ sort: sort ?? undefined })}
      onFilter={filterBy}
      onColumns={(next) =>
        setColumns(next.map(({ key, width, own }) => (own ? { key, width } : { key })))
      }
      onEnd={list.more}
    />
  )
}

/** The number of records; "1,000+" counts exactly when pressed. */
export function Total({ count, askExact }: { count: Count | undefined; askExact?: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!count) return null
  const total = format.number(count.value)
  if (!count.capped || !askExact) {
    const words = count.capped
      ? t('list.totalCapped', { total })
      : t('list.total', { count: count.value, total })
    return <span className="num">{words}</span>
  }
  return (
    <UnstyledButton
      className={`num ${classes.total}`}
      title={t('list.countExactly')}
      onClick={askExact}
    >
      {t('list.totalCapped', { total })}
    </UnstyledButton>
  )
}

function Sum({ column, value }: { column: GridColumn; value: unknown }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (value === null || value === undefined) return null
  const text = sumText(value, format)
  return (
    <span className={`num ${classes.sum}`} title={`${t('list.sum')}: ${text.full}`}>
      <span className="sr">
        {t('list.sum')} {column.field.label}
      </span>
      {text.short}
    </span>
  )
}

/** A sum comes as a number, as a decimal string, or as money. */
function sumText(value: unknown, format: ReturnType<typeof useFormat>) {
  if (typeof value === 'object' && value !== null && 'amount' in value) {
    const money = value as { amount: string; currency: string }
    return { short: format.money(money, true), full: format.money(money) }
  }
  const full = format.number(value as number | string)
  return { short: format.number(value as number, { notation: 'compact' }), full }
}
