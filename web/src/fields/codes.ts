import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/fixed'

export type TreeName = 'region' | 'industry' | 'currency'
type Row = [code: string, name: string, above: string | null]
export interface CodeTree {
  /** Code → its names from the top, "上海市 / 浦东新区". */
  written: Map<string, string>
  options: { value: string; label: string }[]
}

const CHINA = 'CN'
// levels that only number: nobody writes them into an address
// skip web-text: names of the standard, told apart and never shown
const SILENT = /^(市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$/
const SILENT_SPELT = /^(Shixiaqu|Shengzhixia|Zizhiquzhixia)/
const silent = (name: string) => SILENT.test(name) || SILENT_SPELT.test(name)

function treeOf(rows: Row[]): CodeTree {
  const written = new Map<string, string>()
  const names = new Map(rows.map(([code, name, above]) => [code, { name, above }]))
  const pathOf = (code: string): string[] => {
    const here = names.get(code)
    if (!here) return []
    const higher = here.above && here.above !== CHINA ? pathOf(here.above) : []
    return silent(here.name) ? higher : [...higher, here.name]
  }
  const options = []
  for (const [code, name] of rows) {
    const label = pathOf(code).join(' / ') || name
    written.set(code, label)
    if (!silent(name)) options.push({ value: code, label })
  }
  return { written, options }
}

/** The codes of a standard in the reader's language; asked once, when a field of theirs is seen. */
export function useCodes(tree: TreeName): CodeTree | undefined {
  const { i18n } = useTranslation()
  const { data } = useQuery({
    queryKey: ['codes', tree, i18n.language],
    queryFn: ({ signal }): Promise<{ items: Row[] }> =>
      call('get', '/codes/{tree}', { params: { tree }, signal }) as never,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return useMemo(() => data && treeOf(data.items), [data])
}
