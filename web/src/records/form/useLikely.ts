import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { duplicatesQuery } from '@/api/records'
import { isEmpty } from '@/fields/types'
import type { ObjectMeta } from '@/metadata/types'
import { writeForm } from '../save/useSaveField'

const PAUSE_MS = 400

/** Records that may be the one being typed, asked for when the typing rests. */
export function useLikely(meta: ObjectMeta, values: Record<string, unknown>) {
  const keys = meta.fields.filter((field) => field.duplicate_key).map((field) => field.key)
  const filled = Object.fromEntries(
    keys.flatMap((key) => (isEmpty(values[key]) ? [] : [[key, values[key]] as const])),
  )
  // Text, so that drawing again with equal values is no change.
  const [rested] = useDebouncedValue(JSON.stringify(writeForm(meta, filled)), PAUSE_MS)
  const asked = JSON.parse(rested) as Record<string, unknown>
  const some = Object.keys(asked).length > 0
  const { data } = useQuery({
    ...duplicatesQuery(meta, asked),
    enabled: some,
    placeholderData: keepPreviousData,
  })
  return some ? (data?.duplicates ?? []) : []
}
