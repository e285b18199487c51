import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { operatorsOf } from '@/fields/operators'
import { kindOf } from '@/fields/registry'
import { useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { useFormat } from '@/ui/useFormat'
import { reachField, reachRelation } from './reach'
import { errorsAt, type Group, type Sent, sentFilter } from './tree'

/**
 * A filter as this reader may ask it. A condition on a field that he may not read is left out, as
 * the server would refuse it; he sees that it is.
 */
export function useAsked(meta: ObjectMeta, group: Group): Sent {
  const { t } = useTranslation()
  const objects = useObjects()
  const { timezone } = useFormat()
  return useMemo(
    () =>
      sentFilter(group, meta, {
        ask: (condition, of) => {
          const field = reachField(objects, of, condition.field, t)
          if (!field || (field.masked && !operatorsOf(field).includes(condition.op))) return null
          return kindOf(field).toAsk?.(condition, timezone) ?? condition
        },
        follow: (name, of) => reachRelation(objects, of, name)?.meta ?? null,
      }),
    [group, meta, objects, timezone, t],
  )
}

/** What an answer refused of the filter, by the place of each condition. */
export function useFilterRefusals(error: unknown, places: Sent['places']) {
  return useMemo(
    () => errorsAt(isApiError(error) ? (error.problem.errors ?? []) : [], places),
    [error, places],
  )
}
