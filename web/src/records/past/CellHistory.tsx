import { Popover, Portal, UnstyledButton } from '@mantine/core'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconHistory } from '@/ui/icons'
import { PartSkeleton } from '../record/PartSkeleton'
import classes from './CellHistory.module.css'
import { isKept } from './FieldHistory'

const HistoryEntries = lazy(() => import('./HistoryEntries'))
/** How long the pointer rests on a cell before its clock comes. */
const REST_MS = 450
const SIZE = 24
/** What the head and the foot of the grid cover. */
const COVERED = 36
const UUID = 36

/** A cell of a list: whose it is, and where its clock stands on the screen. */
interface Place {
  id: string
  key: string
  top: number
  left: number
}
export interface AskedCell {
  id: string
  key: string
}

/** Where the clock of a cell goes: at the end that its value leaves free; null where it is hidden. */
function placeOf(cell: Element, grid: Element): Place | null {
  const box = cell.getBoundingClientRect()
  const room = grid.getBoundingClientRect()
  if (box.top < room.top + COVERED - 2 || box.bottom > room.bottom - COVERED) return null
  const end = Math.min(box.right, room.right) - SIZE - 4
  const left = cell.getAttribute('data-align') === 'end' ? box.left + 4 : end
  const [id, key] = [cell.id.slice(5, 5 + UUID), cell.id.slice(6 + UUID)]
  return { id, key, top: box.top + (box.height - SIZE) / 2, left: Math.max(left, room.left + 4) }
}
const cellAt = (target: EventTarget | null) =>
  target instanceof Element ? target.closest('[role="gridcell"][id^="cell-"]') : null

interface Props {
  meta: ObjectMeta
  /** The grid, whose cells are pointed at. */
  grid: HTMLElement
  /** The cell whose history the keyboard asked for. */
  asked: AskedCell | null
  onClose: () => void
}

/**
 * The history of one cell: a clock where the pointer rests, opened by a click, or by a key on the
 * active cell. Nothing is asked of the server before it is open, and no cell carries anything.
 */
export function CellHistory({ meta, grid, asked, onClose }: Props) {
  const { t } = useTranslation()
  const [at, setAt] = useState<Place | null>(null)
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const still = useRef(false)
  still.current = open
  useEffect(() => {
    let resting: ReturnType<typeof setTimeout> | undefined
    const over = (event: PointerEvent) => {
      if (still.current || event.pointerType !== 'mouse') return
      clearTimeout(resting)
      const cell = cellAt(event.target)
      if (!cell) return setAt(null)
      setAt((now) => (now && cell.id === `cell-${now.id}-${now.key}` ? now : null))
      resting = setTimeout(() => cell.isConnected && setAt(placeOf(cell, grid)), REST_MS)
    }
    const leave = (event: PointerEvent) => {
      clearTimeout(resting)
      if (!still.current && !button.current?.contains(event.relatedTarget as Node)) setAt(null)
    }
    const scroll = () => {
      clearTimeout(resting)
      setAt(null)
      setOpen(false)
    }
    grid.addEventListener('pointerover', over)
    grid.addEventListener('pointerleave', leave)
    grid.addEventListener('scroll', scroll, { passive: true })
    return () => {
      clearTimeout(resting)
      grid.removeEventListener('pointerover', over)
      grid.removeEventListener('pointerleave', leave)
      grid.removeEventListener('scroll', scroll)
    }
  }, [grid])
  useEffect(() => {
    const cell = asked && document.getElementById(`cell-${asked.id}-${asked.key}`)
    if (!cell) return
    setAt(placeOf(cell, grid))
    setOpen(true)
    requestAnimationFrame(() => button.current?.focus())
  }, [asked, grid])
  const close = () => {
    setOpen(false)
    setAt(null)
    onClose()
    grid.focus({ preventScroll: true })
  }
  const field = at && fieldOf(meta, at.key)
  if (!at || !field || !isKept(field)) return null
  return (
    <Portal>
      <Popover opened={open} onChange={(next) => !next && close()} width={340} withArrow>
        <Popover.Target>
          <UnstyledButton
            ref={button}
            className={classes.clock}
            style={{ top: at.top, left: at.left }}
            aria-label={t('past.historyOf', { field: field.label })}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            onKeyDown={(event) => event.key === 'Escape' && close()}
            onPointerLeave={() => !open && setAt(null)}
          >
            <IconHistory size={14} aria-hidden />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown p={0} aria-label={t('past.historyOf', { field: field.label })}>
          {open && (
            <Suspense fallback={<PartSkeleton height={36} />}>
              <HistoryEntries meta={meta} id={at.id} field={field} />
            </Suspense>
          )}
        </Popover.Dropdown>
      </Popover>
    </Portal>
  )
}
