import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { kindOf } from '@/fields/registry'
import type { ObjectMeta } from '@/metadata/types'
import { toast, toastUndo } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import type { Cell, GridColumn } from '../grid/types'
import { useSaveValues } from '../save/useSaveField'

/** More than this belongs into an import. */
const MOST_ROWS = 100

/** Pastes a block copied from a spreadsheet at the active cell; what cannot be read is left out. */
export function usePaste(meta: ObjectMeta, columns: GridColumn[], rows: RecordData[]) {
  const { t } = useTranslation()
  const format = useFormat()
  const save = useSaveValues(meta)
  return useCallback(
    async (at: Cell, text: string) => {
      const lines = text
        .replace(/\r?\n$/, '')
        .split(/\r?\n/)
        .slice(0, MOST_ROWS)
      const undo: { record: RecordData; values: Record<string, unknown> }[] = []
      let cells = 0
      for (const [down, line] of lines.entries()) {
        const record = rows[at.row + down]
        if (!record || !meta.rights.update) break
        const values: Record<string, unknown> = {}
        for (const [right, word] of line.split('\t').entries()) {
          const field = columns[at.column + right]?.field
          if (!field?.editable) continue
          const value = word.trim() ? kindOf(field).fromText?.(word, field, format) : null
          if (value !== undefined) values[field.key] = value
        }
        if (!Object.keys(values).length) continue
        const saved = await save(record, values, true)
        if (!saved) continue
        cells += Object.keys(values).length
        const before = Object.fromEntries(Object.keys(values).map((key) => [key, record[key]]))
        undo.push({ record: saved, values: before })
      }
      if (!cells) return toast(t('list.readOnlyCell'))
      toastUndo(t('list.paste', { count: cells }), async () => {
        for (const { record, values } of undo) await save(record, values, true)
      })
    },
    [meta, columns, rows, save, format, t],
  )
}
