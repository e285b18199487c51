import type { RecordData } from '@/api/types'
import i18n from '@/i18n'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { openDialog } from '@/ui/dialogs'

export interface Refusal {
  id: string
  /** Null where it is about the whole record. */
  field: string | null
  message: string
}

/** Names the cells that could not be written, each with its reason. */
export function showRefused(meta: ObjectMeta, rows: RecordData[], refused: Refusal[]) {
  const nameOf = (id: string) => rows.find((row) => row.id === id)?.name ?? id
  openDialog({
    title: i18n.t('list.cellsRefused', { count: refused.length }),
    body: (
      <ul style={{ margin: 0, paddingInlineStart: 18, maxHeight: 320, overflowY: 'auto' }}>
        {refused.slice(0, 200).map(({ id, field, message }) => (
          <li key={`${id}${field}`}>
            <b>{nameOf(id)}</b>
            {field && ` · ${fieldOf(meta, field)?.label ?? field}`} · {message}
          </li>
        ))}
      </ul>
    ),
  })
}
