import { Tabs } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { pageOf } from '../layout/page'
import { Details, PageTabFields, wideFields } from './Details'
import { PartSkeleton } from './PartSkeleton'
import { panelsOf, tabOf } from './parts'
import classes from './Record.module.css'
import { RelatedCards } from './Related'
import { Timeline } from './Timeline'

const RecordLines = lazy(() => import('../lines/RecordLines'))

interface Props {
  meta: ObjectMeta
  record: RecordData
  zones: 1 | 2 | 3
}

/** Tabs of a layout, told apart from those of modules. */
const LAID = 'tab-'

/** The tabs of the middle: the timeline, what modules add, and zones that have no room beside it. */
export function Centre({ meta, record, zones }: Props) {
  const { t, i18n } = useTranslation()
  const { tab } = useSearch({ strict: false })
  const navigate = useNavigate()
  const part = { meta, record }
  const known = meta.layout.tabs.filter((key) => key !== 'timeline' && tabOf(key))
  const page = pageOf(meta, 'record', record)
  const tabs = page.tabs.filter(({ aside }) => !aside)
  const beside = page.tabs.some(({ aside }) => aside)
  const laid = tabs.map((tab): [string, ReactNode] => [
    LAID + tab.key,
    <PageTabFields key={tab.key} {...part} tab={tab} first={!beside && tab === tabs[0]} />,
  ])
  const wide = wideFields(meta, record)
  const own = panelsOf(meta.object).filter(({ shows }) => shows?.(meta) ?? true)
  const panels: [string, ReactNode][] = [
    // Without fields beside the timeline, those of the first tab are what one comes for.
    ...(beside ? [] : laid),
    ...wide.map((field): [string, ReactNode] => [
      field.key,
      <RecordLines key={field.key} {...part} field={field} />,
    ]),
    ...own.map(({ key, Component }): [string, ReactNode] => [
      key,
      <Component key={key} {...part} />,
    ]),
    ['timeline', <Timeline key="timeline" {...part} />],
    ...(beside ? laid : []),
    ...(zones === 1 && beside
      ? [['details', <Details key="details" {...part} />] as [string, ReactNode]]
      : []),
    ...known.map((key): [string, ReactNode] => {
      const Panel = tabOf(key)!
      return [key, <Panel key={key} {...part} />]
    }),
    ...(zones < 3 && page.related.length
      ? [['related', <RelatedCards key="related" {...part} />] as [string, ReactNode]]
      : []),
  ]
  const current = panels.some(([key]) => key === tab) ? tab! : panels[0]![0]
  const roomy = (key: string) =>
    key.startsWith(LAID) || [...wide, ...own].some((one) => one.key === key)
  const label = (key: string) => {
    const field = wide.find((one) => one.key === key)
    if (field) return field.label
    const tab = tabs.find((one) => LAID + one.key === key)
    if (tab) return tab.label || t('form.tab', { number: page.tabs.indexOf(tab) + 1 })
    const panel = own.find((one) => one.key === key)
    if (panel) return panel.label()
    const name = `record.tabs.${key}`
    return i18n.exists(name) ? t(name as 'record.tabs.timeline') : key
  }
  return (
    <Tabs
      className={classes.centre}
      classNames={{ tab: classes.tab, list: classes.tabList }}
      value={current}
      keepMounted={false}
      onChange={(next) =>
        void navigate({
          to: '.',
          search: (before) => ({ ...before, tab: next ?? undefined }),
          replace: true,
        })
      }
    >
      <Tabs.List>
        {panels.map(([key]) => (
          <Tabs.Tab key={key} value={key}>
            {label(key)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {panels.map(([key, panel]) => (
        <Tabs.Panel
          key={key}
          value={key}
          className={classes.panel}
          data-wide={roomy(key) || undefined}
        >
          <div>
            <Suspense fallback={<PartSkeleton />}>{panel}</Suspense>
          </div>
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
