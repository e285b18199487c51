import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type ColumnRule, previewImport } from '@/api/imports'
import type { ObjectMeta } from '@/metadata/types'
import { type Choice, mapOf, newRule, type Part, type Rules, sampleOf } from './rules'

/**
 * Which column fills which fields, and how its texts are read. The file is read again for each rule
 * that changes what the server makes of it; a correction from a list needs no second reading.
 */
export function useMapping(
  meta: ObjectMeta,
  file: File,
  { sheet, object, preview, way }: Part,
  choice: Choice,
  onChange: (next: Choice) => void,
) {
  const { rules } = choice
  // the preview read the columns as they came; days whose order was told are read anew
  const told = !preview.remembered && Object.values(rules).some(([rule]) => rule?.clean)
  const [asked, setAsked] = useState<Choice | null>(told ? choice : null)
  const { data, error, isFetching } = useQuery({
    queryKey: [
      'import-preview',
      object,
      sheet,
      file.name,
      file.size,
      file.lastModified,
      way,
      asked,
    ],
    queryFn: async () =>
      previewImport(await sampleOf(file), file.name, { object, sheet, ...way, map: mapOf(asked!) }),
    initialData: asked ? undefined : preview,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: asked !== null && Object.keys(asked.rules).length > 0,
  })
  const put = (next: Rules, reread: boolean) => {
    onChange({ ...choice, rules: next })
    if (reread) setAsked({ ...choice, rules: next })
  }
  /** Another field forgets how the former one was read; none takes the rule away. */
  const place = (name: string, at: number, field: string | null) => {
    const list = [...(rules[name] ?? [])]
    const column = preview.columns.find((one) => one.name === name)!
    if (field) list[at] = newRule(meta, column, field)
    else list.splice(at, 1)
    const { [name]: _former, ...others } = rules
    put(list.length ? { ...others, [name]: list } : others, true)
  }
  const change = (name: string, at: number, part: Partial<ColumnRule>, reread: boolean) => {
    const list = (rules[name] ?? []).map((rule, index) =>
      index === at ? { ...rule, ...part } : rule,
    )
    if (list.length) put({ ...rules, [name]: list }, reread)
  }
  const columns = preview.columns.map((column) => {
    const read = data?.columns.find(({ name }) => name === column.name)
    const list = rules[column.name] ?? []
    const current = read?.field === (list[0]?.field ?? null)
    return {
      ...column,
      rules: list,
      values: current ? read.values : null,
      assumed: current ? read.assumed : null,
      reads: list.map(({ field }, at) =>
        read?.reads[at]?.field === field ? read.reads[at].after : [],
      ),
    }
  })
  return { columns, place, change, error, busy: isFetching }
}
export type MappedColumn = ReturnType<typeof useMapping>['columns'][number]
