import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { kindOf } from '@/fields/registry'
import type { ObjectMeta, PageTab } from '@/metadata/types'
import { pageOf, shownSections } from '../layout/page'
import { Slot } from '../slots'
import { PageSections } from './PageSections'
import { RelatedCard } from './Related'
import classes from './Related.module.css'
import { Team } from './Team'

interface Props {
  meta: ObjectMeta
  record: RecordData
}

/** All sections of a record's page, one after the other, where tabs say nothing; without tables. */
export function useSections(meta: ObjectMeta, record: RecordData) {
  const { t } = useTranslation()
  const page = pageOf(meta, 'record', record)
  const columns = [page.others]
  const others = { key: 'others', label: t('record.others'), collapsed: false, columns }
  const sections = [...page.tabs.flatMap((tab) => tab.sections), others]
  return shownSections(meta, sections)
    .map(({ key, label, columns }) => ({
      key,
      label: label || meta.label,
      fields: columns.flat().filter((field) => !kindOf(field).wide),
    }))
    .filter(({ fields }) => fields.length > 0)
}

/** The fields beside the timeline; tables of lines have tabs of their own, where there is room. */
export function Details({ meta, record }: Props) {
  const tab = pageOf(meta, 'record', record).tabs.find(({ aside }) => aside)
  return tab && <PageTabFields meta={meta} record={record} tab={tab} first />
}

interface TabProps extends Props {
  tab: PageTab
  /** It also holds what stands nowhere else. */
  first: boolean
}
/** All that a layout puts into one tab. */
export function PageTabFields({ meta, record, tab, first }: TabProps) {
  const { t } = useTranslation()
  const page = pageOf(meta, 'record', record)
  const others = {
    key: 'others',
    label: t('record.others'),
    collapsed: false,
    columns: [first ? page.others : []],
  }
  const sections = shownSections(meta, [...tab.sections, others])
  const narrow = sections.map((section) => ({
    ...section,
    columns: section.columns.map((fields) => fields.filter((field) => !kindOf(field).wide)),
  }))
  return (
    <>
      {first && record.id && <Slot name="record_facts" props={{ meta, record }} />}
      {first && meta.rights.share && <Team meta={meta} record={record} />}
      <PageSections
        meta={meta}
        record={record}
        sections={
          tab.aside ? narrow.filter(({ columns }) => columns.some((one) => one.length)) : sections
        }
      />
      {tab.related.length > 0 && (
        <div className={classes.inTab}>
          {tab.related.map((relation) => (
            <RelatedCard
              key={`${relation.object}.${relation.field}`}
              meta={meta}
              record={record}
              relation={relation}
              roomy={!tab.aside}
            />
          ))}
        </div>
      )}
    </>
  )
}

/** Fields that want a tab of their own: tables of lines that no tab with room for them holds. */
export function wideFields(meta: ObjectMeta, record: RecordData) {
  const page = pageOf(meta, 'record', record)
  const held = (aside: boolean) =>
    page.tabs
      .filter((tab) => tab.aside === aside)
      .flatMap(({ sections }) => sections.flatMap(({ columns }) => columns.flat()))
  const [beside, inside] = [held(true), held(false)]
  return meta.fields.filter(
    (field) =>
      kindOf(field).wide &&
      !inside.includes(field.key) &&
      (page.id === null || beside.includes(field.key) || page.others.includes(field.key)),
  )
}
