import { SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type TimelineEntry, timelineQuery } from '@/api/timeline'
import { findObject, useObjects } from '@/metadata/hooks'
import { Empty } from '@/ui/Empty'
import { IconHistory } from '@/ui/icons'
import { Paged } from './Paged'
import { entryOf, type PartProps, theComposer } from './parts'
import classes from './Timeline.module.css'
import { TimelineItem } from './TimelineItem'
import { useDayName } from './useDayName'

const LOG = ['change', 'create', 'delete', 'restore', 'undo']
const ALL = 'all'

interface Props extends PartProps {
  /** Shows only entries of these kinds, without composer and filter. */
  only?: string[]
}

/** What happened here, newest first, by day; the composer stands above it. */
export function Timeline({ meta, record, only }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const [kind, setKind] = useState(ALL)
  const kinds = only ?? (kind === ALL ? [] : kind === 'log' ? LOG : [kind])
  const query = useInfiniteQuery(timelineQuery(meta, record.id, kinds))
  const composer = only ? null : theComposer()
  const writes = composer?.shows(objects, meta) ?? false
  const options = useMemo(
    () => objects.filter((one) => entryOf(one.object) && one.rights.read),
    [objects],
  )
  return (
    <>
      {composer && writes && (
        <Suspense fallback={<div className={classes.composerGap} />}>
          <composer.Component meta={meta} record={record} />
        </Suspense>
      )}
      {!only && (
        <SegmentedControl
          className={classes.filter}
          aria-label={t('record.filterKinds')}
          value={kind}
          onChange={setKind}
          data={[
            { value: ALL, label: t('record.allKinds') },
            ...options.map((one) => ({ value: one.object, label: one.label })),
            { value: 'log', label: t('record.changesOnly') },
          ]}
        />
      )}
      <Paged
        query={query}
        empty={
          <Empty
            icon={IconHistory}
            title={t('record.noEntries')}
            hint={writes ? t('record.noEntriesHint') : t('record.noEntriesPlain')}
          />
        }
        more={t('record.moreEntries')}
      >
        {(entries) => (
          <Days
            entries={entries}
            object={findObject(objects, meta.object)?.object ?? meta.object}
          />
        )}
      </Paged>
    </>
  )
}

function Days({ entries, object }: { entries: TimelineEntry[]; object: string }) {
  const name = useDayName()
  const days = useMemo(() => {
    const found = new Map<string, TimelineEntry[]>()
    for (const entry of entries) {
      const day = name(entry.at)
      found.set(day, [...(found.get(day) ?? []), entry])
    }
    return [...found]
  }, [entries, name])
  return days.map(([day, items]) => (
    <section key={day} aria-label={day}>
      <h2 className={classes.day}>{day}</h2>
      <ol className={classes.entries}>
        {items.map((entry) => (
          <TimelineItem key={entry.id} entry={entry} object={object} />
        ))}
      </ol>
    </section>
  ))
}
