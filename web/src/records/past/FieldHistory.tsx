import { Popover, UnstyledButton } from '@mantine/core'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Field, ObjectMeta } from '@/metadata/types'
import { IconHistory } from '@/ui/icons'
import { PartSkeleton } from '../record/PartSkeleton'
import classes from './FieldHistory.module.css'

const HistoryEntries = lazy(() => import('./HistoryEntries'))
const OPEN_MS = 350
const CLOSE_MS = 250

/** The log keeps the values that people give, not those that are computed from others. */
export const isKept = (field: Field) => !field.system && !field.result_type

interface Props {
  meta: ObjectMeta
  id: string
  field: Field
}

/** A small clock beside a fact: who changed it when, shown on hover, kept open by a click. */
export function FieldHistory({ meta, id, field }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [kept, setKept] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  if (!isKept(field)) return null
  const later = (next: boolean) => {
    clearTimeout(timer.current)
    if (kept) return
    timer.current = setTimeout(() => setOpen(next), next ? OPEN_MS : CLOSE_MS)
  }
  const set = (next: boolean) => {
    clearTimeout(timer.current)
    setOpen(next)
    setKept(next)
  }
  const label = t('past.historyOf', { field: field.label })
  const hover = { onMouseEnter: () => later(true), onMouseLeave: () => later(false) }
  return (
    <Popover opened={open} onChange={set} width={340} position="bottom-end" shadow="md" withArrow>
      <Popover.Target>
        <UnstyledButton
          className={classes.clock}
          aria-label={label}
          aria-expanded={open}
          onClick={() => set(!(open && kept))}
          {...hover}
        >
          <IconHistory size={14} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={label} {...hover}>
        <Suspense fallback={<PartSkeleton height={36} />}>
          <HistoryEntries meta={meta} id={id} field={field} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}
