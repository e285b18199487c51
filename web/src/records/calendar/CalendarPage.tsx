import { ActionIcon, Button, SegmentedControl, Select } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useWatch } from '@/api/live'
import { dateFields } from '@/fields/grouping'
import type { Field, ObjectMeta } from '@/metadata/types'
import { IconChevronLeft, IconChevronRight } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { monthName } from '@/ui/months'
import { NotFound } from '@/ui/NotFound'
import { PageHead } from '@/ui/PageHead'
import { useFormat } from '@/ui/useFormat'
import { useMobile } from '@/ui/useMobile'
import { todayIn } from '@/ui/zoned'
import { CreateButton } from '../form/CreateButton'
import { FilterBar } from '../list/FilterBar'
import { ListSkeleton } from '../list/ListSkeleton'
import { ListViewSwitch } from '../list/ListViewSwitch'
import { SavedViews } from '../list/SavedViews'
import { useListState } from '../list/useListState'
import { useRouteObject } from '../useRouteObject'
import classes from './Calendar.module.css'
import { type Mode, step } from './days'

// Dragging comes with the days.
const Days = lazy(() => import('./Days'))

export default function CalendarPage() {
  const meta = useRouteObject()
  const fields = meta ? dateFields(meta) : []
  if (!meta || !fields.length) return <NotFound />
  return <Calendar key={meta.object} meta={meta} fields={fields} />
}

/** The records of an object on the days of any of its dates. */
function Calendar({ meta, fields }: { meta: ObjectMeta; fields: Field[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const mobile = useMobile()
  const state = useListState(meta, 'calendar')
  const { at } = useSearch({ strict: false })
  const config = state.calendar ?? {}
  const field = fields.find(({ key }) => key === config.field) ?? fields[0]!
  const mode: Mode = config.mode ?? 'month'
  const today = todayIn(format.timezone)
  const day = at ?? today
  const { sent, q } = state
  const params = useMemo(() => ({ filter: sent, q: q || undefined }), [sent, q])
  useWatch(meta, '*')
  const go = (by: 1 | -1) => state.set({ at: step(day, mode, by) })
  return (
    <>
      <PageHead
        icon={metadataIcon(meta.icon)}
        title={meta.label_plural}
        extra={<ListViewSwitch meta={meta} current="calendar" />}
      >
        <CreateButton meta={meta} />
      </PageHead>
      <SavedViews meta={meta} state={state} kind="calendar" />
      <FilterBar meta={meta} state={state} mobile />
      <div className={classes.tools}>
        <ActionIcon aria-label={t('list.earlier')} onClick={() => go(-1)}>
          <IconChevronLeft size={16} />
        </ActionIcon>
        <ActionIcon aria-label={t('list.later')} onClick={() => go(1)}>
          <IconChevronRight size={16} />
        </ActionIcon>
        <h2 aria-live="polite">{monthName(format, day.slice(0, 7), true)}</h2>
        <Button variant="subtle" color="gray" onClick={() => state.set({ at: undefined })}>
          {t('list.today')}
        </Button>
        <span className="grow" />
        {fields.length > 1 && (
          <Select
            aria-label={t('list.dateField')}
            w={mobile ? 130 : 180}
            data={fields.map(({ key, label }) => ({ value: key, label }))}
            value={field.key}
            allowDeselect={false}
            onChange={(key) => key && state.put({ calendar: { ...config, field: key } })}
          />
        )}
        <SegmentedControl
          size="xs"
          data={(['month', 'week'] as const).map((one) => ({
            value: one,
            label: t(`list.${one}`),
          }))}
          value={mode}
          onChange={(next) => state.put({ calendar: { ...config, mode: next as Mode } })}
        />
      </div>
      <Suspense fallback={<ListSkeleton />}>
        <Days {...{ meta, field, mode, day, today, params }} />
      </Suspense>
    </>
  )
}
