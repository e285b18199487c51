import type { ViewColumn } from '@/api/types'
import { kindOf } from '@/fields/registry'
import { fieldOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { turnOf } from '../due'
import type { GridColumn } from '../grid/types'

const TITLE_WIDTH = 280
/** What stands beside a label in a column's head, and the width of its letters, in px. */
const HEAD_EXTRA = 44
const LATIN = 6.6
const WIDE = 12

function startWidth(field: Field) {
  const letters = [...field.label].map((letter) => (letter < '\u2e80' ? LATIN : WIDE))
  const label = HEAD_EXTRA + letters.reduce((sum, width) => sum + width, 0)
  return Math.max(kindOf(field).width, Math.ceil(label))
}

/** The field that names a record, which every list begins with. */
export function titleField(meta: ObjectMeta): Field {
  const named = fieldOf(meta, meta.title_field) ?? fieldOf(meta, 'name')
  return named ?? { key: 'name', type: 'text', label: meta.label }
}

/** Fields that can stand in a column: long text would need a line of its own. */
export const columnFields = (meta: ObjectMeta): Field[] => {
  const title = titleField(meta)
  return meta.fields.filter(
    (field) => field.key !== title.key && field.key !== 'id' && field.key !== 'version',
  )
}

/** A view's columns as the grid draws them: the title first, unknown and unreadable fields left out. */
export function gridColumns(meta: ObjectMeta, wanted: ViewColumn[]): GridColumn[] {
  const title = titleField(meta)
  const rest = wanted.filter(({ key }) => key !== title.key)
  const first = wanted.find(({ key }) => key === title.key)
  const columns = rest.flatMap(({ key, width }) => {
    const field = fieldOf(meta, key)
    if (!field) return []
    const turn = turnOf(meta, field)
    return [{ key, field, turn, width: width ?? startWidth(field), own: width !== undefined }]
  })
  const width = first?.width ?? TITLE_WIDTH
  return [{ key: title.key, field: title, width, own: first?.width !== undefined }, ...columns]
}

export const defaultColumns = (meta: ObjectMeta): ViewColumn[] =>
  meta.layout.list.map((key) => ({ key }))
