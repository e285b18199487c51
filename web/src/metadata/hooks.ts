import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { get } from '@/api/client'
import { keys } from '@/api/keys'
import type { Field, ObjectMeta } from './types'

interface Answer {
  version: string
  objects: ObjectMeta[]
}

/** Everything the reader may know of all objects; the browser revalidates it by ETag. */
export const objectsQuery = queryOptions({
  queryKey: keys.objects,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => get<Answer>('/objects', undefined, signal),
})

const NONE: ObjectMeta[] = []

/** All objects; the shell waits for them before it draws a page. */
export function useObjects(): ObjectMeta[] {
  return useQuery(objectsQuery).data?.objects ?? NONE
}

/** An object by its singular name or its path; undefined when unknown or not readable. */
export function useObject(name: string | null | undefined): ObjectMeta | undefined {
  const objects = useObjects()
  return useMemo(() => findObject(objects, name), [objects, name])
}

export const findObject = (objects: ObjectMeta[], name: string | null | undefined) =>
  objects.find((meta) => meta.object === name || meta.path === name)

export const fieldOf = (meta: ObjectMeta | undefined, key: string): Field | undefined =>
  meta?.fields.find((field) => field.key === key)

/** The fields of the given keys, in that order, without those the reader may not read. */
export const fieldsOf = (meta: ObjectMeta, fieldKeys: string[]): Field[] =>
  fieldKeys.flatMap((key) => fieldOf(meta, key) ?? [])

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
