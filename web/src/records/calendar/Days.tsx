import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import type { ListParams, RecordData } from '@/api/types'
import { kindOf } from '@/fields/registry'
import type { Field, ObjectMeta } from '@/metadata/types'
import { Failure } from '@/ui/Failure'
import { useFormat } from '@/ui/useFormat'
import { useMobile } from '@/ui/useMobile'
import { both } from '../filter/tree'
import { useSaveField } from '../save/useSaveField'
import classes from './Calendar.module.css'
import { Day } from './Day'
import { dayOf, daysShown, type Mode, onDay } from './days'

interface Props {
  meta: ObjectMeta
  field: Field
  mode: Mode
  day: string
  today: string
  params: ListParams
}
const MOST = 1000
/** Entries on a day of a month before the rest is folded. */
const SHOWN = 4
const NONE: RecordData[] = []

function useEntries({ meta, field, params }: Props, days: string[]) {
  const { timezone } = useFormat()
  const span = { field: field.key, op: 'between', value: [days[0], days.at(-1)] }
  const asked = kindOf(field).toAsk?.(span, timezone) ?? span
  const { data, error } = useQuery({
    ...rowsQuery(meta, {
      ...params,
      filter: both(params.filter, asked),
      sort: field.sortable ? field.key : undefined,
      limit: MOST,
      count: 'none',
    }),
    placeholderData: keepPreviousData,
  })
  const byDay = useMemo(() => {
    const found = new Map<string, RecordData[]>()
    for (const record of data?.items ?? []) {
      const on = dayOf(record[field.key], timezone)
      found.set(on, [...(found.get(on) ?? []), record])
    }
    return found
  }, [data, field.key, timezone])
  return { byDay, error, more: Boolean(data?.next) }
}

/** The days of a month or week; an entry is dragged to another day, or moved there by Alt and arrows. */
export default function Days(props: Props) {
  const { meta, field, mode, day, today } = props
  const { t } = useTranslation()
  const format = useFormat()
  const mobile = useMobile()
  const days = useMemo(() => daysShown(day, mode), [day, mode])
  const { byDay, error, more } = useEntries(props, days)
  const save = useSaveField(meta)
  const movable = Boolean(meta.rights.update && field.editable)
  const move = useCallback(
    (record: RecordData, to: string) =>
      void save(record, field, onDay(String(record[field.key]), to, format.timezone)),
    [save, field, format.timezone],
  )
  if (error) return <Failure error={error} />
  const weekday = new Intl.DateTimeFormat(format.locale, { weekday: 'short', timeZone: 'UTC' })
  // A phone shows the days one below the other, those with nothing on them left out.
  const shown = mobile ? days.filter((one) => one === today || byDay.has(one)) : days
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keyboard
    <section className={classes.scroll} aria-label={field.label} tabIndex={0}>
      {more && <p className="dim">{t('list.moreThanShown', { count: MOST })}</p>}
      {!mobile && (
        <div className={classes.weekdays} aria-hidden>
          {days.slice(0, 7).map((one) => (
            <span key={one}>{weekday.format(new Date(`${one}T00:00:00Z`))}</span>
          ))}
        </div>
      )}
      <div className={classes.days} data-phone={mobile || undefined}>
        {shown.map((one) => (
          <Day
            key={one}
            {...{ meta, field, movable, move, today }}
            day={one}
            outside={mode === 'month' && one.slice(0, 7) !== day.slice(0, 7)}
            records={byDay.get(one) ?? NONE}
            most={mode === 'month' && !mobile ? SHOWN : MOST}
          />
        ))}
      </div>
    </section>
  )
}
