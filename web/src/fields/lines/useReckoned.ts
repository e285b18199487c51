import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { ask } from '@/api/client'
import { useObject } from '@/metadata/hooks'
import type { Field } from '@/metadata/types'
import { cellsOf, type Line } from './written'

const PAUSE = 250
const isReckoned = (column: Field) => Boolean(column.custom && column.read_only)

/** The lines as they are typed, with what the server reckons of each a moment later. */
export function useReckoned(field: Field, lines: Line[], object: string | undefined): Line[] {
  const meta = useObject(object)
  const columns = field.columns ?? []
  const reckoned = columns.some(isReckoned)
  const [typed] = useDebouncedValue(lines, PAUSE)
  const sent = reckoned ? typed.map((line) => cellsOf(columns, line)) : []
  const { data } = useQuery({
    queryKey: ['lines', meta?.path, field.key, sent],
    queryFn: () => ask<{ lines: Line[] }>(`/${meta!.path}/lines/${field.key}`, { lines: sent }),
    enabled: reckoned && meta !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    placeholderData: (before) => before,
  })
  return reckoned && data ? lines.map((line, at) => ({ ...line, ...data.lines[at] })) : lines
}
