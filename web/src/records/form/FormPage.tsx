import { Tabs } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Field, ObjectMeta, PageTab } from '@/metadata/types'
import { Columns } from '../layout/Columns'
import { pageOf, type ShownSection, shownSections } from '../layout/page'
import classes from './form.module.css'
import { RecordForm } from './RecordForm'

interface Props {
  meta: ObjectMeta
  values: Record<string, unknown>
  errors: Record<string, string>
  problem: unknown
  /** What follows the layout: fields on demand, and those that the server missed. */
  more: Field[]
  onChange: (key: string, value: unknown) => void
}

const holds = (sections: ShownSection[], keys: string[]) =>
  sections.some(({ columns }) => columns.some((one) => one.some(({ key }) => keys.includes(key))))

/** The form as it is laid out for the values so far; the tab of a fault comes to the front. */
export function FormPage({ more, ...form }: Props) {
  const { t } = useTranslation()
  const { meta, values, errors } = form
  const { tabs } = pageOf(meta, 'form', values)
  const [chosen, setChosen] = useState<string | null>(null)
  const sections = (tab: PageTab) => shownSections(meta, tab.sections)
  const faulty = Object.keys(errors)
  const fault = tabs.find((tab) => holds(sections(tab), faulty))?.key
  useEffect(() => {
    if (fault) setChosen(fault)
  }, [fault])
  const current = tabs.find(({ key }) => key === chosen) ?? tabs[0]
  const rest = more.length > 0 && <RecordForm {...form} fields={more} focus={!tabs.length} />
  if (tabs.length < 2) {
    return (
      <>
        {current && <Sections {...form} sections={sections(current)} />}
        {rest}
      </>
    )
  }
  return (
    <>
      <Tabs value={current?.key ?? null} onChange={setChosen} keepMounted={false} mb="sm">
        <Tabs.List mb="sm">
          {tabs.map((tab, index) => (
            <Tabs.Tab key={tab.key} value={tab.key}>
              {tab.label || t('form.tab', { number: index + 1 })}
              {holds(sections(tab), faulty) && <span className={classes.fault}> •</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((tab) => (
          <Tabs.Panel key={tab.key} value={tab.key}>
            <Sections {...form} sections={sections(tab)} />
          </Tabs.Panel>
        ))}
      </Tabs>
      {rest}
    </>
  )
}

function Sections({ sections, ...form }: Omit<Props, 'more'> & { sections: ShownSection[] }) {
  return sections.map((section, index) => (
    <fieldset key={section.key} className={classes.section}>
      {section.label && <legend>{section.label}</legend>}
      <Columns columns={section.columns}>
        {(fields, column) => <RecordForm {...form} fields={fields} focus={index + column === 0} />}
      </Columns>
    </fieldset>
  ))
}
