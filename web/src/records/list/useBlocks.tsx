import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { BatchResult } from '@/api/cells'
import { changeSetsQuery } from '@/api/log'
import { useUndo } from '@/api/queries'
import { useWriteMany } from '@/api/records'
import { useMe } from '@/api/session'
import type { RecordData } from '@/api/types'
import { kindOf } from '@/fields/registry'
import type { ObjectMeta } from '@/metadata/types'
import { toast, toastError, toastUndo } from '@/ui/toast'
import { fromTsv, type Range, spread } from '../grid/range'
import type { GridColumn } from '../grid/types'
import { type Refusal, showRefused } from './RefusedCells'

/** More than this belongs into an import. */
const MOST_ROWS = 1000

/** Writes to blocks of cells: each is one change set, undone as one; refused cells are named. */
export function useBlocks(meta: ObjectMeta, columns: GridColumn[], rows: RecordData[]) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const me = useMe()
  const write = useWriteMany(meta)
  const { mutateAsync: undo } = useUndo()
  // The newest, for handlers that must stay the same function.
  const now = useRef({ meta, columns, rows, write, t })
  now.current = { meta, columns, rows, write, t }

  return useMemo(() => {
    const told = (cells: number, changeSet: string | null, refused: Refusal[]) => {
      const { t: say } = now.current
      if (changeSet && cells) toastUndo(say('list.paste', { count: cells }), () => undo(changeSet))
      if (refused.length) showRefused(now.current.meta, now.current.rows, refused)
    }
    const guarded = async (run: () => Promise<void>) => {
      try {
        await run()
      } catch (error) {
        toastError(error)
      }
    }
    const texts = (range: Range, block: string[][]) =>
      guarded(async () => {
        const { rows: all, columns: shown, write: to, t: say } = now.current
        if (block.length > MOST_ROWS) return toast(say('list.pasteTooMany', { count: MOST_ROWS }))
        const fields = shown.slice(range.left, range.left + (block[0]?.length ?? 0))
        const sent = block.flatMap((line, down) => {
          const record = all[range.top + down]
          if (!record) return []
          const { id, version } = record
          return [{ id, version, texts: line.slice(0, fields.length) }]
        })
        const done = await to.texts({ fields: fields.map(({ key }) => key), rows: sent })
        told(done.cells, done.change_set, done.refused)
        const width = Math.max(...block.map((line) => line.length))
        const beyond = block.length * width - sent.length * fields.length
        if (beyond) toast(say('list.pasteBeyond', { count: beyond }))
      })
    const fill = (range: Range) =>
      guarded(async () => {
        const { rows: all, columns: shown, write: to, t: say } = now.current
        const [first, ...rest] = all.slice(range.top, range.bottom + 1)
        const fields = shown
          .slice(range.left, range.right + 1)
          .flatMap(({ field }) => (field.editable && !field.masked ? [field] : []))
        if (!fields.length) return toast(say('list.readOnlyCell'))
        if (!first || !rest.length) return
        if (rest.length > MOST_ROWS) return toast(say('list.pasteTooMany', { count: MOST_ROWS }))
        const values = Object.fromEntries(
          fields.map((field) => [
            field.key,
            kindOf(field).toWrite(first[field.key] ?? null, field),
          ]),
        )
        const done = await to.values(rest.map(({ id, version }) => ({ ...values, id, version })))
        const good = done.results.filter(({ problem }) => !problem)
        told(good.length * fields.length, done.change_set, refusalsOf(done))
      })
    /** Takes back the last change of one's own; pressed again, the one before. */
    const undoLast = () =>
      guarded(async () => {
        const { t: say } = now.current
        const asked = { ...changeSetsQuery({ actor: me.user.id }), staleTime: 0 }
        const { pages } = await client.fetchInfiniteQuery(asked)
        const last = pages[0]?.items.find(
          (one) => one.undoable && !one.undone_by && one.kind !== 'undo',
        )
        if (!last) return toast(say('list.nothingToUndo'))
        const { conflicts } = await undo(last.id)
        toast(conflicts[0]?.message ?? say('list.undoneLast', { what: last.label }))
      })
    return {
      paste: (range: Range, text: string) => void texts(range, spread(fromTsv(text), range)),
      clear: (range: Range) => void texts(range, spread([['']], range)),
      fill: (range: Range) => void fill(range),
      undoLast: () => void undoLast(),
    }
  }, [client, me.user.id, undo])
}

const refusalsOf = ({ results }: BatchResult): Refusal[] =>
  results.flatMap(({ id, problem }): Refusal[] => {
    if (!problem) return []
    const errors = problem.errors ?? []
    if (!errors.length) return [{ id, field: null, message: problem.detail ?? problem.code }]
    return errors.map(({ pointer, message }) => ({
      id,
      field: pointer.split('/')[1] ?? null,
      message,
    }))
  })
