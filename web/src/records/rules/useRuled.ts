import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { ask } from '@/api/client'
import { keys } from '@/api/keys'
import type { RecordData } from '@/api/types'
import { fieldOf } from '@/metadata/hooks'
import type { DisplayRule, ObjectMeta } from '@/metadata/types'
import { writeForm } from '../save/useSaveField'
import { type Acting, acts, knows, ruled } from './judge'

type Values = Record<string, unknown>
interface Answer {
  acting: string[]
  locking: string[]
}
const NONE: DisplayRule[] = []
const PAUSE = 300

/** What differs from the record, in the form that is written. */
function changed(meta: ObjectMeta, values: Values, record: RecordData | undefined): Values {
  const own = Object.entries(values).filter(
    ([key, value]) => !record || JSON.stringify(value) !== JSON.stringify(record[key]),
  )
  return writeForm(meta, Object.fromEntries(own))
}

/**
 * The object as its display rules let a form or page show it, for these values: at once where the
 * browser can judge a condition, else as the server says of what was typed a moment ago.
 */
export function useRuled(meta: ObjectMeta, values: Values, record?: RecordData): ObjectMeta {
  const rules = useMemo(() => {
    const side = record ? 'update' : 'create'
    const own = meta.rules?.filter((rule) => (rule.only_on ?? side) === side)
    return own?.length ? own : NONE
  }, [meta, record])
  const unsure = rules.some(
    (rule) =>
      acts(meta, rule, values) === undefined || (record && acts(meta, rule, record) === undefined),
  )
  const [typed] = useDebouncedValue(values, PAUSE)
  // a page shows the record itself: nothing is typed, least of all what it held a moment ago
  const sent = unsure && values !== record ? changed(meta, typed, record) : {}
  const { data } = useQuery({
    queryKey: [...keys.object(meta.object), 'forms', record?.id, record?.version, sent],
    queryFn: () =>
      ask<Answer>(`/${meta.path}/rules/evaluate`, {
        values: sent,
        ...(record ? { id: record.id } : {}),
      }),
    enabled: unsure,
    staleTime: 30_000,
    retry: false,
    placeholderData: (before) => before,
  })
  return useMemo(() => {
    if (!rules.length) return meta
    const found = judged(meta, rules, values, record, data)
    return ruled(meta, rules, found, values)
  }, [meta, rules, values, record, data])
}

function judged(
  meta: ObjectMeta,
  rules: DisplayRule[],
  values: Values,
  record: RecordData | undefined,
  told: Answer | undefined,
): Acting {
  const acting = rules.filter(
    (rule) => acts(meta, rule, values) ?? told?.acting.includes(rule.id) ?? false,
  )
  const locking = acting.filter(
    (rule) => !record || (acts(meta, rule, record) ?? told?.locking.includes(rule.id) ?? false),
  )
  const ids = (some: DisplayRule[]) => new Set(some.map(({ id }) => id))
  return { acting: ids(acting), locking: ids(locking) }
}

/**
 * One field of a record in a list, undefined when rules hide it. The server is not asked for each
 * row: what a row does not tell is left to the save.
 */
export function ruledField(meta: ObjectMeta, record: RecordData, key: string) {
  const rules =
    meta.rules?.filter(
      ({ only_on: side, asked, condition }) =>
        side !== 'create' && !asked && (!condition || knows(condition, record)),
    ) ?? NONE
  if (!rules.length) return fieldOf(meta, key)
  const found = judged(meta, rules, record, record, undefined)
  return fieldOf(ruled(meta, rules, found, record), key)
}
