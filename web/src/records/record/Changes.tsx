import { UnstyledButton } from '@mantine/core'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldChange } from '@/api/timeline'
import { FieldCell } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import { isEmpty } from '@/fields/types'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconArrowRight, IconChevronDown } from '@/ui/icons'
import { isShares, SharesInWords } from './SharesInWords'
import classes from './Timeline.module.css'

interface Props {
  meta: ObjectMeta | undefined
  changes: FieldChange[]
}

/** One change in a line; more are bundled and unfold. */
export function Changes({ meta, changes }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [first] = changes
  if (!first) return null
  if (changes.length === 1) {
    return (
      <>
        {t('record.changed', { field: first.label })} <BeforeAfter meta={meta} change={first} />
      </>
    )
  }
  return (
    <>
      <UnstyledButton
        className={classes.bundle}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {t('record.changedMany', { count: changes.length })}
        <IconChevronDown size={12} aria-hidden data-open={open || undefined} />
      </UnstyledButton>
      {open && (
        <ul className={classes.changes}>
          {changes.map((change) => (
            <li key={change.field}>
              <span className="dim">{change.label}</span>
              <BeforeAfter meta={meta} change={change} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

export function BeforeAfter({
  meta,
  change,
  only,
}: {
  meta: ObjectMeta | undefined
  change: FieldChange
  /** What a record began with has nothing before it. */
  only?: 'after'
}) {
  const { t } = useTranslation()
  if (only) {
    return (
      <span className={classes.beforeAfter}>
        <Value meta={meta} change={change} value={change.after} />
      </span>
    )
  }
  const field = fieldOf(meta, change.field)
  const Diff = field && !field.masked && kindOf(field).Diff
  if (Diff) {
    return (
      <Suspense>
        <Diff field={field} before={change.before} after={change.after} />
      </Suspense>
    )
  }
  return (
    <span className={classes.beforeAfter}>
      <span className="sr">{t('record.from')}</span>
      <Value meta={meta} change={change} value={change.before} />
      <IconArrowRight size={12} aria-hidden />
      <span className="sr">{t('record.to')}</span>
      <Value meta={meta} change={change} value={change.after} />
    </span>
  )
}

interface ValueProps {
  meta: ObjectMeta | undefined
  change: FieldChange
  value: unknown
}
function Value({ meta, change, value }: ValueProps) {
  const { t } = useTranslation()
  if (isEmpty(value)) return <span className="dim3">{t('record.cleared')}</span>
  if (isShares(value)) return <SharesInWords shares={value} />
  const field = fieldOf(meta, change.field)
  if (!field)
    return <span>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</span>
  return (
    <span className={classes.value}>
      <FieldCell field={field} value={value} />
    </span>
  )
}
