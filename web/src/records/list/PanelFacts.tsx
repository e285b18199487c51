import { Tabs } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { FieldDisplay } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import { isEmpty } from '@/fields/types'
import { fieldsOf } from '@/metadata/hooks'
import type { Field, ObjectMeta, PageTab } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { EditableField } from '../EditableField'
import { Columns } from '../layout/Columns'
import { pageOf, shownSections } from '../layout/page'
import { useRuled } from '../rules/useRuled'
import classes from './SidePanel.module.css'

interface Props {
  meta: ObjectMeta
  record: RecordData
}

const TILES = 2
/** What the panel shows of a record: two facts in large, then what the layout puts below. */
export function PanelFacts({ meta: whole, record }: Props) {
  const { t } = useTranslation()
  const meta = useRuled(whole, record, record)
  const tiles = fieldsOf(meta, meta.layout.facts).slice(0, TILES)
  const page = pageOf(meta, 'panel', record)
  const [first] = page.tabs
  const others = (tab: PageTab) => (tab === first ? page.others : [])
  const label = (tab: PageTab) => tab.label || t('form.tab', { number: page.tabs.indexOf(tab) + 1 })
  return (
    <div className={classes.body}>
      <div className={classes.title}>
        <Avatar name={record.name || '·'} size={34} square />
        <h2>{record.name}</h2>
      </div>
      {tiles.length > 0 && (
        <div className={classes.tiles}>
          {tiles.map((field) => (
            <div key={field.key}>
              <small>{field.label}</small>
              <b>
                <FieldDisplay field={field} value={record[field.key]} short />
              </b>
            </div>
          ))}
        </div>
      )}
      {page.tabs.length > 1 ? (
        <Tabs defaultValue={first?.key} keepMounted={false}>
          <Tabs.List>
            {page.tabs.map((tab) => (
              <Tabs.Tab key={tab.key} value={tab.key}>
                {label(tab)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {page.tabs.map((tab) => (
            <Tabs.Panel key={tab.key} value={tab.key}>
              <PanelTab meta={meta} record={record} tab={tab} others={others(tab)} />
            </Tabs.Panel>
          ))}
        </Tabs>
      ) : (
        first && <PanelTab meta={meta} record={record} tab={first} others={others(first)} />
      )}
    </div>
  )
}

function PanelTab({ meta, record, tab, others }: Props & { tab: PageTab; others: string[] }) {
  const { t } = useTranslation()
  const rest = { key: 'others', label: t('record.others'), collapsed: false, columns: [others] }
  return shownSections(meta, [...tab.sections, rest]).map((section) => (
    <section key={section.key} aria-label={section.label || tab.label}>
      {section.label && <h3>{section.label}</h3>}
      <Columns columns={section.columns}>
        {(fields) => <FieldList meta={meta} record={record} fields={fields} />}
      </Columns>
    </section>
  ))
}

function FieldList({ meta, record, fields }: Props & { fields: Field[] }) {
  // What needs room takes the whole width and is edited on its own page.
  const wide = fields.filter((field) => kindOf(field).wide && !isEmpty(record[field.key]))
  const narrow = fields.filter((field) => !kindOf(field).wide)
  return (
    <>
      {wide.map((field) => (
        <div key={`${record.id}${field.key}`} className={classes.wide}>
          <FieldDisplay field={field} value={record[field.key]} record={record} />
        </div>
      ))}
      <dl className={classes.fields}>
        {narrow.map((field) => (
          <EditableField
            key={`${record.id}${field.key}`}
            meta={meta}
            record={record}
            field={field}
          />
        ))}
      </dl>
    </>
  )
}
