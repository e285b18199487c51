import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import type { FilterNode, RecordData } from '@/api/types'
import { useObject } from '@/metadata/hooks'

export interface Holder {
  object: 'user' | 'role' | 'department'
  id: string
  /** Of a department: those below it too. */
  below?: boolean
}
export interface Rule extends RecordData {
  applies_to: string
  condition: FilterNode
  holders: Holder[]
  level: 'read' | 'edit'
  active: boolean
}

const NOWHERE = { object: '', path: '' }
function useNames(object: Holder['object'], holders: Holder[]) {
  const meta = useObject(object)
  const ids = [...new Set(holders.filter((one) => one.object === object).map(({ id }) => id))]
  const { data, isLoading } = useQuery({
    ...rowsQuery(meta ?? NOWHERE, {
      filter: { field: 'id', op: 'in', value: ids },
      limit: Math.max(1, ids.length),
      count: 'none',
    }),
    enabled: meta !== undefined && ids.length > 0,
  })
  return { rows: data?.items ?? [], isLoading }
}

/** How people, roles and departments are called, by id. */
export function useHolderNames(holders: Holder[]): (id: string) => string {
  const { t } = useTranslation()
  const found = [
    useNames('user', holders),
    useNames('role', holders),
    useNames('department', holders),
  ]
  const names = new Map(found.flatMap(({ rows }) => rows.map((row) => [row.id, row.name])))
  const missing = found.some(({ isLoading }) => isLoading) ? '…' : t('fields.hidden')
  return (id) => names.get(id) ?? missing
}
