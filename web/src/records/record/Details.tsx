import { Collapse, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { kindOf } from '@/fields/registry'
import { fieldsOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { IconChevronDown } from '@/ui/icons'
import { EditableField } from '../EditableField'
import { Slot } from '../slots'
import classes from './Record.module.css'

const SYSTEM = ['created_at', 'created_by', 'updated_at', 'updated_by']
interface Props {
  meta: ObjectMeta
  record: RecordData
}

/** The fields of an object by section, as its layout has them. */
export function useSections(meta: ObjectMeta) {
  const { t } = useTranslation()
  const placed = new Set(meta.layout.sections.flatMap((section) => section.fields))
  const custom = meta.fields.filter((field) => field.custom && !placed.has(field.key))
  return [
    ...meta.layout.sections.map((section) => ({
      key: section.key,
      label: section.label,
      fields: fieldsOf(meta, section.fields).filter((field) => !kindOf(field).wide),
    })),
    { key: 'custom', label: t('shell.groups.custom'), fields: custom },
    { key: 'system', label: t('record.system'), fields: fieldsOf(meta, SYSTEM) },
  ].filter((section) => section.fields.length > 0)
}

/** All fields by section; a click on a value edits it in place. */
export function Details({ meta, record }: Props) {
  const sections = useSections(meta)
  return (
    <>
      <Slot name="record_facts" props={{ meta, record }} />
      {sections.map((section) => (
        <Fold key={section.key} title={section.label}>
          <FieldRows meta={meta} record={record} fields={section.fields} />
        </Fold>
      ))}
    </>
  )
}

function FieldRows({ meta, record, fields }: Props & { fields: Field[] }) {
  return (
    <dl className={classes.fields}>
      {fields.map((field) => (
        <EditableField key={field.key} meta={meta} record={record} field={field} />
      ))}
    </dl>
  )
}

function Fold({ title, children }: { title: string; children: React.ReactNode }) {
  const [open, { toggle }] = useDisclosure(true)
  const id = useId()
  return (
    <section className={classes.fold} aria-labelledby={id}>
      <h2 id={id}>
        <UnstyledButton onClick={toggle} aria-expanded={open} className={classes.foldHead}>
          <IconChevronDown size={13} aria-hidden data-open={open || undefined} />
          {title}
        </UnstyledButton>
      </h2>
      <Collapse expanded={open}>{children}</Collapse>
    </section>
  )
}
