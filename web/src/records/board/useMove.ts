import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import type { Step } from '@/fields/steps'
import type { Field, ObjectMeta } from '@/metadata/types'
import { toast, toastUndo } from '@/ui/toast'
import { useAct } from '../record/useAct'
import { useSaveValues } from '../save/useSaveField'

/** Cards shown in a column that its own page does not hold yet. */
export type Moved = ReadonlyMap<string, { record: RecordData; to: string }>
const SETTLE_MS = 4000

/** Moves a card: shown at once, taken back when refused or given up, undoable by toast. */
export function useMove(meta: ObjectMeta, field: Field) {
  const { t } = useTranslation()
  const save = useSaveValues(meta)
  const act = useAct(meta)
  const [moved, setMoved] = useState<Moved>(new Map())
  const forget = useCallback(
    (id: string) => setMoved((all) => new Map([...all].filter(([key]) => key !== id))),
    [],
  )
  const move = useCallback(
    async (record: RecordData, step: Step) => {
      const action = meta.actions.find(({ key }) => key === step.action)
      if (action) return void (await act(record, action))
      if (!field.editable) return toast(t('board.byAction'))
      const before = record[field.key]
      const shown = { ...record, [field.key]: step.value }
      setMoved((all) => new Map(all).set(record.id, { record: shown, to: step.id }))
      const saved = await save(record, { [field.key]: step.value }, true)
      if (!saved) return forget(record.id)
      setMoved((all) => new Map(all).set(record.id, { record: saved, to: step.id }))
      setTimeout(() => forget(record.id), SETTLE_MS)
      toastUndo(t('record.moved', { name: step.name }), async () => {
        forget(record.id)
        await save(saved, { [field.key]: before }, true)
      })
    },
    [meta, field.key, field.editable, act, save, forget, t],
  )
  return { moved, move }
}
export type Move = ReturnType<typeof useMove>['move']
