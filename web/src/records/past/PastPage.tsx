import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'
import { asOfQuery, type PastRecord } from '@/api/past'
import type { RecordData } from '@/api/types'
import { FieldDisplay, FieldInput } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import { fieldOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconCalendarTime, IconHistory } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { useFormat } from '@/ui/useFormat'
import { todayIn } from '@/ui/zoned'
import { useSections } from '../record/Details'
import { PartSkeleton } from '../record/PartSkeleton'
import classes from './Past.module.css'

interface Props {
  meta: ObjectMeta
  /** As it is today. */
  record: RecordData
  day: string
}

/** A record as it stood at the end of a day; what is otherwise today is marked. */
export default function PastPage({ meta, record, day }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(asOfQuery(meta, record.id, day))
  const go = (as_of: string | undefined) =>
    void navigate({ to: '.', search: (before) => ({ ...before, as_of }) })
  const field: Field = {
    key: 'as_of',
    type: 'date',
    label: t('past.day'),
    max: todayIn(format.timezone),
  }
  const missing = error instanceof ApiError && error.status === 404
  return (
    <div className={classes.past}>
      <header className={classes.banner}>
        <IconCalendarTime size={18} aria-hidden />
        <div className={classes.words}>
          <b>{t('past.asOfTitle', { day: format.day(day) })}</b>
          <p>{t('past.asOfHint')}</p>
        </div>
        <div className={classes.pick}>
          <FieldInput
            field={field}
            value={day}
            onChange={(next) => typeof next === 'string' && go(next)}
          />
          <Button variant="filled" onClick={() => go(undefined)}>
            {t('past.backToNow')}
          </Button>
        </div>
      </header>
      <div className={classes.body}>
        {missing && (
          <Empty icon={IconHistory} title={t('past.notThere')} hint={t('past.notThereHint')} />
        )}
        {error && !missing && <Failure error={error} retry={() => void refetch()} />}
        {!data && !error && <PartSkeleton />}
        {data && <Past meta={meta} today={record} past={data} />}
      </div>
    </div>
  )
}

function Past({ meta, today, past }: { meta: ObjectMeta; today: RecordData; past: PastRecord }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { record, changed } = past
  const wide = meta.fields.filter((field) => kindOf(field).wide && field.key in record)
  const sections = [
    ...useSections(meta, record),
    ...wide.map((field) => ({ key: field.key, label: field.label, fields: [field] })),
  ]
  const left = past.left_out.flatMap((key) => fieldOf(meta, key)?.label ?? [])
  return (
    <>
      <div className={classes.name}>
        <Avatar name={record.name || '·'} size={32} square />
        <h1>{record.name}</h1>
        <span className={classes.count}>
          {changed.length ? t('past.changedCount', { count: changed.length }) : t('past.same')}
        </span>
      </div>
      {past.deleted && <Notice kind="warning">{t('past.wasDeleted')}</Notice>}
      {past.erased && <Notice kind="warning">{t('past.erased')}</Notice>}
      {past.kept_since && (
        <Notice kind="info">{t('past.keptSince', { day: format.moment(past.kept_since) })}</Notice>
      )}
      {sections.map((section) => {
        const fields = section.fields.filter((field) => field.key in record)
        if (!fields.length) return null
        return (
          <section key={section.key} aria-label={section.label}>
            <h2>{section.label}</h2>
            <dl>
              {fields.map((field) => (
                <Fact
                  key={field.key}
                  field={field}
                  then={record}
                  now={changed.includes(field.key) ? today : undefined}
                />
              ))}
            </dl>
          </section>
        )
      })}
      {left.length > 0 && (
        <p className="dim3">
          {t('past.leftOut', {
            fields: new Intl.ListFormat(format.locale, { type: 'conjunction' }).format(left),
          })}
        </p>
      )}
    </>
  )
}

interface FactProps {
  field: Field
  then: RecordData
  /** The record of today, where it differs. */
  now: RecordData | undefined
}
function Fact({ field, then, now }: FactProps) {
  const { t } = useTranslation()
  const wide = kindOf(field).wide
  return (
    <div data-changed={now ? true : undefined} data-wide={wide || undefined}>
      {!wide && <dt>{field.label}</dt>}
      <dd>
        <FieldDisplay field={field} value={then[field.key]} record={then} />
        {now && (
          <span className={classes.now}>
            <small>{t('past.nowIs')}</small>
            <FieldDisplay field={field} value={now[field.key]} record={now} />
          </span>
        )}
      </dd>
    </div>
  )
}
