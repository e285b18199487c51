import { queryOptions } from '@tanstack/react-query'
import { useContext } from 'react'
import { call } from '@/api/fixed'
import { keys } from '@/api/keys'
import { MetadataContext } from './context'
import type { Field, ObjectMeta } from './types'

interface Answer {
  version: string
  objects: ObjectMeta[]
}

/** Everything the reader may know of all objects; the browser revalidates it by ETag. */
export const objectsQuery = queryOptions({
  queryKey: keys.objects,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }): Promise<Answer> => call('get', '/objects', { signal }),
})

/** All objects the reader may know of. */
export const useObjects = (): ObjectMeta[] => useContext(MetadataContext).objects

/** An object by its singular name or its path; undefined when unknown or not readable. */
export const useObject = (name: string | null | undefined): ObjectMeta | undefined =>
  findObject(useObjects(), name)

/** Colours of an object's records by id, when they carry any: links to them are drawn as tags. */
export const useColours = (object: string | null | undefined) =>
  useContext(MetadataContext).colours.get(object ?? '')

export const findObject = (objects: ObjectMeta[], name: string | null | undefined) =>
  objects.find((meta) => meta.object === name || meta.path === name)

export const fieldOf = (meta: ObjectMeta | undefined, key: string): Field | undefined =>
  meta?.fields.find((field) => field.key === key)

/** The fields of the given keys, in that order, without those the reader may not read. */
export const fieldsOf = (meta: ObjectMeta, fieldKeys: string[]): Field[] =>
  fieldKeys.flatMap((key) => fieldOf(meta, key) ?? [])

/** Whether the reader may sum the field: masked and hidden values are not summed. */
export function canSum(meta: ObjectMeta, key: string): boolean {
  const field = fieldOf(meta, key)
  return Boolean(field && !field.masked && field.aggregates?.includes('sum'))
}

/** The sort, where the reader may sort by its field (`-` before it is descending). */
export const sortBy = (meta: ObjectMeta, sort: string): string | undefined => {
  const field = fieldOf(meta, sort.replace(/^-/, ''))
  return field?.sortable && !field.masked ? sort : undefined
}

/** Path of an object's records, to be used with `/$path/$id`. */
export const pathOf = (objects: ObjectMeta[], object: string) =>
  findObject(objects, object)?.path ?? object

export interface NavigationGroup {
  key: string
  objects: ObjectMeta[]
}

/** Objects with a navigation entry and a right to read, by group, both in declared order. */
export function navigationGroups(objects: ObjectMeta[]): NavigationGroup[] {
  const groups = new Map<string, ObjectMeta[]>()
  const shown = objects.filter((meta) => meta.navigation && meta.rights.read)
  shown.sort((a, b) => (a.navigation?.order ?? 0) - (b.navigation?.order ?? 0))
  for (const meta of shown) {
    const key = meta.navigation?.group ?? ''
    groups.set(key, [...(groups.get(key) ?? []), meta])
  }
  return [...groups].map(([key, members]) => ({ key, objects: members }))
}
