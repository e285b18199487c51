import { kindOf } from '@/fields/registry'
import { canSum, fieldOf, fieldsOf } from '@/metadata/hooks'
import type { Field, ObjectMeta, RelatedList } from '@/metadata/types'
import { titleField } from '../list/columns'

/** What stands beside the name in a list of related records: what the layout says, or else how far
 * it is, how much it is, and when. */
export function relatedColumns(meta: ObjectMeta, relation: RelatedList): Field[] {
  const title = titleField(meta).key
  const fits = ({ key }: Field) => key !== title && key !== relation.field
  if (relation.columns.length) return fieldsOf(meta, relation.columns).filter(fits)
  const known = fieldsOf(meta, [...new Set([...meta.layout.card, ...meta.layout.list])])
  const listed = known.filter(fits)
  const path = fieldOf(meta, meta.board?.field ?? meta.stage_path?.field ?? '')
  const found = [
    path ?? listed.find(({ options }) => options?.length),
    listed.find(({ key }) => canSum(meta, key)),
    listed.find((field) => kindOf(field).periods),
  ].filter((field) => field !== undefined)
  const rest = listed.filter((field) => !found.includes(field))
  return [...found, ...rest.slice(0, Math.max(0, 2 - found.length))]
}
