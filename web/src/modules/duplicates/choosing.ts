import type { Evidence, Pair } from '@/api/duplicates'
import type { RecordData } from '@/api/types'
import { isEmpty } from '@/fields/types'
import { fieldOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'

export interface Line {
  field: Field
  values: [unknown, unknown]
  same: boolean
  evidence: Evidence[]
}

const plain = (value: unknown) => JSON.stringify(isEmpty(value) ? null : value)

/** What stands side by side: fields that one of the two has, those that say the most first. */
export function linesOf(
  pair: Pair,
  metas: [ObjectMeta, ObjectMeta],
  records: [RecordData, RecordData],
): Line[] {
  const [meta, other] = metas
  const across = meta.object !== other.object
  const keys = across
    ? [...new Set(pair.evidence.map(({ field }) => base(field)))]
    : meta.fields.filter((field) => !field.system).map(({ key }) => key)
  return keys.flatMap((key) => {
    const field = fieldOf(meta, key)
    if (!field) return []
    const evidence = pair.evidence.filter((each) => base(each.field) === key)
    const otherKey = across ? base(evidence[0]?.other_field ?? key) : key
    const values: [unknown, unknown] = [records[0][key], records[1][otherKey]]
    if (values.every(isEmpty)) return []
    return [{ field, values, same: plain(values[0]) === plain(values[1]), evidence }]
  })
}
const base = (key: string) => key.split('.')[0] ?? key

/** The side whose value stays: what somebody chose, else the kept record's, unless it has none. */
export function sideOf(line: Line, kept: 0 | 1, chosen: Record<string, 0 | 1>): 0 | 1 {
  const asked = chosen[line.field.key]
  if (asked !== undefined) return asked
  return isEmpty(line.values[kept]) ? ((1 - kept) as 0 | 1) : kept
}

/** A record that becomes another by an action: a lead that is a customer we have. */
export interface Linking {
  meta: ObjectMeta
  from: RecordData
  into: RecordData
  action: string
  params: Record<string, unknown>
}

/**
 * How the two are brought together when they are of different objects: by the action of one that
 * takes the other and makes nothing new.
 */
export function linkOf(
  metas: [ObjectMeta, ObjectMeta],
  records: [RecordData, RecordData],
  objects: ObjectMeta[],
): Linking | undefined {
  if (metas[0].object === metas[1].object) return
  for (const side of [0, 1] as const) {
    const [meta, into] = [metas[side], metas[1 - side]!.object]
    const action = meta.actions.find(({ params }) => params.some(({ key }) => key === into))
    if (!action || !meta.rights.update) continue
    // What is named like an object is a record that it may make.
    const others = action.params.filter(({ key }) => objects.some(({ object }) => object === key))
    const params = Object.fromEntries(others.map(({ key }) => [key, null]))
    const [from, target] = [records[side]!, records[1 - side]!]
    return {
      meta,
      from,
      into: target,
      action: action.key,
      params: { ...params, [into]: { id: target.id } },
    }
  }
  return
}
