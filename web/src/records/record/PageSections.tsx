import { Collapse, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { lazy, type ReactNode, Suspense, useId } from 'react'
import type { RecordData } from '@/api/types'
import { kindOf } from '@/fields/registry'
import type { Field, ObjectMeta } from '@/metadata/types'
import { IconChevronDown } from '@/ui/icons'
import { EditableField } from '../EditableField'
import { Columns } from '../layout/Columns'
import type { ShownSection } from '../layout/page'
import { PartSkeleton } from './PartSkeleton'
import classes from './Record.module.css'

const RecordLines = lazy(() => import('../lines/RecordLines'))

interface Props {
  meta: ObjectMeta
  record: RecordData
  sections: ShownSection[]
}

/** The sections of a tab; a click on a value edits it in place. */
export function PageSections({ meta, record, sections }: Props) {
  return sections.map((section) => (
    <Fold key={section.key} title={section.label} folded={section.collapsed}>
      <Columns columns={section.columns}>
        {(fields) => <FieldRows meta={meta} record={record} fields={fields} />}
      </Columns>
    </Fold>
  ))
}

/** What needs room (a table of lines) takes the whole width of its column. */
function FieldRows({ meta, record, fields }: Omit<Props, 'sections'> & { fields: Field[] }) {
  return (
    <>
      <dl className={classes.fields}>
        {fields
          .filter((field) => !kindOf(field).wide)
          .map((field) => (
            <EditableField key={field.key} meta={meta} record={record} field={field} />
          ))}
      </dl>
      <Suspense fallback={<PartSkeleton />}>
        {fields
          .filter((field) => kindOf(field).wide)
          .map((field) => (
            <section key={field.key} aria-label={field.label} className={classes.lines}>
              <RecordLines meta={meta} record={record} field={field} />
            </section>
          ))}
      </Suspense>
    </>
  )
}

interface FoldProps {
  title: string
  folded: boolean
  children: ReactNode
}
/** A section under its title, which opens and closes it; without a title it is always open. */
function Fold({ title, folded, children }: FoldProps) {
  const [open, { toggle }] = useDisclosure(!folded)
  const id = useId()
  if (!title) return <section className={classes.fold}>{children}</section>
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
