import { useCallback, useMemo, useState } from 'react'
import type { Count, ListParams, RecordData } from '@/api/types'
import type { Grouping } from '@/fields/grouping'
import { startCondition } from '@/fields/operators'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { append, storedFilter } from '../filter/tree'
import { Grid } from '../grid/Grid'
import type { Selection } from '../grid/types'
import { type AskedCell, CellHistory } from '../past/CellHistory'
import { useSaveField } from '../save/useSaveField'
import { gridColumns } from './columns'
import { FigureCell, figureOf } from './FigureCell'
import { GroupLine } from './GroupLine'
import { Total } from './Total'
import { useBlocks } from './useBlocks'
import type { useGroups } from './useGroups'
import { useFigures, type useListRows } from './useListRows'
import type { ListState } from './useListState'

interface Props {
  meta: ObjectMeta
  state: ListState
  params: ListParams
  list: ReturnType<typeof useListRows>
  /** The records in groups, and what groups them. */
  grouping: Grouping | null
  groups: ReturnType<typeof useGroups>
  count: Count | undefined
  askExact: () => void
  selection: Selection
  setSelection: (selection: Selection) => void
  open: (record: RecordData) => void
}

/** The list as a table: the generic grid with this object's columns, sums and editing. */
export function ListTable(props: Props) {
  const { meta, state, params, list, grouping, groups, open } = props
  const { columns: wanted, totals, set, setColumns, group } = state
  const rows = grouping ? groups.rows : list.rows
  const columns = useMemo(() => gridColumns(meta, wanted), [meta, wanted])
  const saveField = useSaveField(meta)
  const save = useCallback(
    (...change: Parameters<typeof saveField>) => void saveField(...change),
    [saveField],
  )
  const blocks = useBlocks(meta, columns, rows)
  const [past, setPast] = useState<AskedCell | null>(null)
  const figures = columns.flatMap(({ key, field }) => {
    const op = figureOf(field, totals)
    return op === 'none' ? [] : [{ field: key, op }]
  })
  const values = useFigures(meta, params, figures)
  const filterBy = (key: string) => {
    const field = fieldOf(meta, key)
    if (field) set({ filter: storedFilter(append(group, startCondition(field))) })
  }
  return (
    <Grid
      label={meta.label_plural}
      object={meta.object}
      columns={columns}
      rows={rows}
      question={JSON.stringify([params, state.grouped])}
      pending={grouping ? 0 : list.pending}
      lines={grouping ? groups.lines : undefined}
      lineCell={(line, column, index) =>
        grouping && (
          <GroupLine {...{ meta, state, groups, grouping, line, column, index, params }} />
        )
      }
      onSeen={grouping ? groups.seen : undefined}
      sort={state.sort}
      selection={props.selection}
      peek={state.peek}
      editable={meta.rights.update}
      footer={(column, index) =>
        index === 0 ? (
          <Total count={props.count} askExact={props.askExact} />
        ) : (
          <FigureCell
            column={column}
            op={figureOf(column.field, totals)}
            value={values.get(column.key)}
            onOp={(op) => state.setTotals({ ...totals, [column.key]: op })}
          />
        )
      }
      onSelection={props.setSelection}
      onOpen={open}
      onSave={save}
      onPaste={blocks.paste}
      onFill={blocks.fill}
      onClear={blocks.clear}
      onUndo={blocks.undoLast}
      onSort={(sort) => set({ sort: sort ?? undefined })}
      onFilter={filterBy}
      onColumns={(next) =>
        setColumns(next.map(({ key, width, own }) => (own ? { key, width } : { key })))
      }
      onEnd={list.more}
      onHistory={({ id }, key) => setPast({ id, key })}
      overlay={(grid) => (
        <CellHistory meta={meta} grid={grid} asked={past} onClose={() => setPast(null)} />
      )}
    />
  )
}
