import { Link } from '@tanstack/react-router'
import type { RecordData } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import { isEmpty } from '@/fields/types'
import { fieldsOf } from '@/metadata/hooks'
import type { ObjectMeta, RelatedList } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { titleField } from '../list/columns'
import classes from './Related.module.css'

interface Props {
  meta: ObjectMeta
  row: RecordData
  relation: RelatedList
}

/** One record of a related list: its name, and the columns of the layout or what suits. */
export function RelatedRow({ meta, row, relation }: Props) {
  return (
    <Link to="/$path/$id" params={{ path: meta.path, id: row.id }} className={classes.row}>
      <Avatar name={row.name || '·'} size={26} square />
      {relation.columns.length ? (
        <Chosen meta={meta} row={row} relation={relation} />
      ) : (
        <Telling meta={meta} row={row} relation={relation} />
      )}
    </Link>
  )
}

function Chosen({ meta, row, relation }: Props) {
  const fields = fieldsOf(meta, relation.columns).filter((field) => !isEmpty(row[field.key]))
  return (
    <span className={classes.words}>
      <b className="trunc">{row.name}</b>
      <span className={classes.chosen}>
        {fields.map((field) => (
          <span key={field.key} title={field.label}>
            <FieldCell field={field} value={row[field.key]} short />
          </span>
        ))}
      </span>
    </span>
  )
}

/** Name above, its first telling fact below, a figure or a state at the end. */
function Telling({ meta, row, relation }: Props) {
  const title = titleField(meta).key
  const fields = fieldsOf(meta, [...meta.layout.card, ...meta.layout.list]).filter(
    (field, index, all) =>
      field.key !== title &&
      field.key !== relation.field &&
      !isEmpty(row[field.key]) &&
      all.indexOf(field) === index,
  )
  const path = meta.board?.field ?? meta.stage_path?.field
  const figure = fields.find((field) => kindOf(field).align === 'end')
  const state = fields.find((field) => field.key === path)
  const below = fields.find((field) => field !== state && field !== figure)
  const end = state ?? figure
  return (
    <>
      <span className={classes.words}>
        <b className="trunc">{row.name}</b>
        <small className="trunc">
          {state && figure ? (
            <FieldCell field={figure} value={row[figure.key]} short />
          ) : (
            below && <FieldCell field={below} value={row[below.key]} short />
          )}
        </small>
      </span>
      {end && <FieldCell field={end} value={row[end.key]} short />}
    </>
  )
}
