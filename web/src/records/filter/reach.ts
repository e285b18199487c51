import type { TFunction } from 'i18next'
import { kindOf } from '@/fields/registry'
import { fieldOf, findObject } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'

/** What parts of an address are: text, as the server compares them. */
const PART: Omit<Field, 'key' | 'label'> = {
  type: 'text',
  filterable: true,
  operators: ['is', 'is_not', 'in', 'contains', 'starts_with', 'empty', 'not_empty'],
}
const BETWEEN = ' › '

/** Whether a path goes on behind a link: it leads to one record, which the reader may know. */
export const leads = ({ masked, operators }: Field) => !masked && !operators?.includes('has_any')

/** The field that a dotted path leads to, under that path; its label tells the way. */
export function reachField(
  objects: ObjectMeta[],
  meta: ObjectMeta,
  path: string,
  t: TFunction,
): Field | undefined {
  const [key = '', ...rest] = path.split('.')
  const field = fieldOf(meta, key)
  if (!field || !rest.length) return field
  const part = kindOf(field).parts?.find((one) => one === rest[0])
  if (part && rest.length === 1) {
    return { ...PART, key: path, label: field.label + BETWEEN + t(`fields.${part}`) }
  }
  const target = leads(field) ? findObject(objects, field.target) : undefined
  const found = target && reachField(objects, target, rest.join('.'), t)
  return found && { ...found, key: path, label: field.label + BETWEEN + found.label }
}

/** Records of `meta` that point to an object over a link, or the lines of one of its sub-tables. */
export interface Relation {
  name: string
  meta: ObjectMeta
  label: string
  lines?: true
}

const points = (field: Field, to: ObjectMeta) =>
  !field.masked && (field.target === to.object || kindOf(field).anyRecord)

function relation(child: ObjectMeta, link: Field, many: boolean): Relation {
  const label = many ? `${child.label_plural} (${link.label})` : child.label_plural
  return { name: `${child.path}.${link.key}`, meta: child, label }
}

/** The sub-tables of an object whose lines may be asked for, each as an object of its columns. */
function lineTables(meta: ObjectMeta): Relation[] {
  return meta.fields.flatMap(({ key, label, custom, masked, columns }) => {
    if (!custom || masked || !columns) return []
    const table = { object: `${meta.object}.${key}`, path: key, label, label_plural: label }
    const of = { ...meta, ...table, icon: 'table', fields: columns }
    return [{ name: key, meta: of, label, lines: true }]
  })
}

/** What may be asked for beside an object: its lines, its children, and what is about it. */
export function relationsOf(objects: ObjectMeta[], meta: ObjectMeta): Relation[] {
  // nothing points to a line
  if (!findObject(objects, meta.object)) return []
  return [...lineTables(meta), ...childrenOf(objects, meta)]
}

function childrenOf(objects: ObjectMeta[], meta: ObjectMeta): Relation[] {
  return objects.flatMap((child) => {
    if (!child.rights.read) return []
    const links = child.fields.filter((field) => !field.system && points(field, meta))
    return links.map((link) => relation(child, link, links.length > 1))
  })
}

/**
 * The relation that `has` names: as the key of a sub-table, or as the path of its children, alone or
 * with their link behind a dot.
 */
export function reachRelation(
  objects: ObjectMeta[],
  meta: ObjectMeta,
  name: string,
): Relation | undefined {
  const lines = lineTables(meta).find((table) => table.name === name)
  if (lines) return lines
  const [path, key] = name.split('.')
  const child = findObject(objects, path)
  const links = child?.fields.filter((field) => points(field, meta)) ?? []
  const direct = links.filter((field) => field.target)
  const link = key ? links.find((field) => field.key === key) : (direct[0] ?? links[0])
  return child && link && relation(child, link, links.filter((one) => !one.system).length > 1)
}
