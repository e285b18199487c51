import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type ColumnRule, type ImportMap, type Preview, previewImport } from '@/api/imports'
import type { ObjectMeta } from '@/metadata/types'

type Rules = Record<string, ColumnRule>

const startRules = (preview: Preview): Rules =>
  Object.fromEntries(
    preview.columns.flatMap(({ name, suggested }) =>
      suggested ? [[name, { field: suggested }] as const] : [],
    ),
  )

/**
 * Which column fills which field, and how its texts are read. The file is read again for each rule
 * that changes what the server makes of it; a correction from a list needs no second reading.
 */
export function useMapping(meta: ObjectMeta, file: File, preview: Preview) {
  const [rules, setRules] = useState(() => startRules(preview))
  const [asked, setAsked] = useState(rules)
  const untouched = asked === rules && JSON.stringify(rules) === JSON.stringify(startRules(preview))
  const { data, error, isFetching } = useQuery({
    queryKey: ['import-preview', meta.object, file.name, file.size, file.lastModified, asked],
    queryFn: () => previewImport(file, meta.object, { columns: asked }),
    initialData: untouched ? preview : undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: Object.keys(asked).length > 0,
  })
  const put = (next: Rules, reread: boolean) => {
    setRules(next)
    if (reread) setAsked(next)
  }
  /** Another field forgets how the former one was read. */
  const place = (name: string, field: string | null) => {
    const { [name]: _former, ...others } = rules
    put(field ? { ...others, [name]: { field } } : others, true)
  }
  const change = (name: string, part: Partial<ColumnRule>, reread: boolean) => {
    const rule = rules[name]
    if (rule) put({ ...rules, [name]: { ...rule, ...part } }, reread)
  }
  const map: ImportMap = { columns: rules }
  const columns = preview.columns.map((column) => {
    const read = data?.columns.find(({ name }) => name === column.name)
    const current = read?.field === (rules[column.name]?.field ?? null)
    return { ...column, rule: rules[column.name], values: current ? read.values : null }
  })
  return { map, columns, place, change, error, busy: isFetching }
}
export type MappedColumn = ReturnType<typeof useMapping>['columns'][number]
