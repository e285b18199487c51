import { SegmentedControl, Select, Skeleton, Tabs } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Body } from '@/api/layouts'
import { previewLayout, type SeenLayout } from '@/api/layouts'
import { rowsQuery } from '@/api/records'
import type { Locale, RecordData } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import type { ObjectMeta, PagePlace } from '@/metadata/types'
import { LANGUAGES } from '@/modules/settings/appearance'
import { FormPage } from '@/records/form/FormPage'
import { PanelFacts } from '@/records/list/PanelFacts'
import { PageTabFields } from '@/records/record/Details'
import { Failure } from '@/ui/Failure'
import classes from './Preview.module.css'

interface Props {
  meta: ObjectMeta
  place: PagePlace
  body: Body
}
const MANY = 100
const NOWHERE = { object: '', path: '' }

/** The layout as somebody with a role sees it, in either language, on a desk or a phone. */
export function Preview({ meta, place, body }: Props) {
  const { t, i18n } = useTranslation()
  const [role, setRole] = useState<string | null>(null)
  const [locale, setLocale] = useState(i18n.language as Locale)
  const [width, setWidth] = useState('desktop')
  const roles = useObject('role')
  const { data: known } = useQuery({
    ...rowsQuery(roles ?? NOWHERE, { limit: MANY, count: 'none' }),
    enabled: roles !== undefined,
  })
  const { data, error } = useQuery({
    queryKey: ['preview_layout', meta.object, place, body, role, locale],
    queryFn: () => previewLayout(meta.object, { place, body, role, locale }),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const choice = (label: string, value: string, set: (value: string) => void, of: object) => (
    <SegmentedControl
      size="xs"
      aria-label={label}
      data={Object.entries(of).map(([key, name]) => ({ value: key, label: name }))}
      value={value}
      onChange={set}
    />
  )
  const widths = { desktop: t('layouts.desktop'), phone: t('layouts.phone') }
  const locales = Object.fromEntries(LANGUAGES.map(({ value, label }) => [value, label]))
  return (
    <div className={classes.preview}>
      <div className={classes.bar}>
        <Select
          size="xs"
          aria-label={t('layouts.as')}
          placeholder={t('layouts.asMe')}
          clearable
          data={(known?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={role}
          onChange={setRole}
        />
        {choice(t('layouts.language'), locale, (next) => setLocale(next as Locale), locales)}
        {choice(t('layouts.width'), width, setWidth, widths)}
      </div>
      {error && <Failure error={error} />}
      {!data && !error && <Skeleton height={180} />}
      {data && (
        <div className={classes.screen} data-width={width} lang={locale}>
          <Seen key={locale + role} meta={meta} place={place} seen={data} />
        </div>
      )}
    </div>
  )
}

const MASKED = '•••'
/** The newest record as the role would read it: hidden values are gone, masked ones are masked. */
function useSample(meta: ObjectMeta, seen: SeenLayout): RecordData {
  const { data } = useQuery(rowsQuery(meta, { limit: 1, count: 'none', sort: meta.default_sort }))
  const row = data?.items[0]
  const values = seen.fields.map(({ key, masked }) => [key, masked ? MASKED : row?.[key]] as const)
  const name = row?.name ?? meta.label
  // without an id nothing is asked about it
  return { ...Object.fromEntries(values), id: '', version: 0, name }
}

function Seen({ meta, place, seen }: Omit<Props, 'body'> & { seen: SeenLayout }) {
  const { t } = useTranslation()
  const [values, setValues] = useState<Record<string, unknown>>({})
  const record = useSample(meta, seen)
  const { page, fields } = seen
  const shown: ObjectMeta = {
    ...meta,
    // nothing is changed or shared from here
    rights: { ...meta.rights, update: false, share: false },
    fields: fields.map((field) =>
      field.masked ? { ...field, masked: false, type: 'text' as const } : field,
    ),
    layout: { ...meta.layout, pages: { record: [page], form: [page], panel: [page] } },
  }
  if (!page.tabs.length && !page.others.length) return <p>{t('layouts.seesNothing')}</p>
  if (place === 'panel') return <PanelFacts meta={shown} record={record} />
  if (place === 'form') {
    return (
      <FormPage
        meta={{ ...shown, rights: meta.rights }}
        values={values}
        errors={{}}
        problem={null}
        more={[]}
        onChange={(key, value) => setValues((now) => ({ ...now, [key]: value }))}
      />
    )
  }
  const names = (lists: { label: string }[]) => lists.map(({ label }) => label).join(' · ')
  return (
    <Tabs defaultValue={page.tabs[0]?.key} keepMounted={false}>
      <Tabs.List mb="xs">
        {page.tabs.map((tab, index) => (
          <Tabs.Tab key={tab.key} value={tab.key}>
            {tab.label || t('form.tab', { number: index + 1 })}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {page.tabs.map((tab) => (
        <Tabs.Panel key={tab.key} value={tab.key} className={classes.zone} data-aside={tab.aside}>
          <PageTabFields
            meta={shown}
            record={record}
            tab={{ ...tab, related: [] }}
            first={tab === page.tabs[0]}
          />
          {tab.related.length > 0 && (
            <p className="dim">{t('layouts.lists', { names: names(tab.related) })}</p>
          )}
        </Tabs.Panel>
      ))}
      {page.related.length > 0 && (
        <p className="dim">{t('layouts.lists', { names: names(page.related) })}</p>
      )}
    </Tabs>
  )
}
