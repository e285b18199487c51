import { Button, CloseButton } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import { useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { objectOfTour, placeOf, STEPS } from './steps'
import classes from './Tour.module.css'
import { useRing } from './useRing'

/** Five steps through the product. The page stays usable; Esc leaves at any time. */
export default function Tour({ onEnd }: { onEnd: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const meta = objectOfTour(useObjects())
  const record = useFirstRecord(meta)
  const [at, setAt] = useState(0)
  const heading = useRef<HTMLHeadingElement>(null)
  const [title, text] = [useId(), useId()]
  const step = STEPS[at] ?? STEPS[0]
  const ring = useRing(step.target)
  useHotkeys([['Escape', onEnd]])
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step is read out from its heading
  useEffect(() => heading.current?.focus({ preventScroll: true }), [at])
  const go = (next: number) => {
    const place = placeOf((STEPS[next] ?? STEPS[0]).key, meta, record)
    if (place) void navigate(place)
    setAt(next)
  }
  const start = () => {
    const day = placeOf('day', meta, record)
    if (at === 0 && day && window.location.pathname !== '/') void navigate(day)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first step begins at home, once
  useEffect(start, [])
  const last = at === STEPS.length - 1
  const finish = () => {
    onEnd()
    spotlight.open()
  }
  return createPortal(
    <>
      {ring && (
        <div
          className={classes.ring}
          style={{ left: ring.x, top: ring.y, width: ring.width, height: ring.height }}
          aria-hidden
        />
      )}
      <section
        role="dialog"
        aria-labelledby={title}
        aria-describedby={text}
        className={classes.card}
      >
        <header>
          <span className={classes.count}>
            {t('help.step', { step: at + 1, total: STEPS.length })}
          </span>
          <CloseButton size="sm" aria-label={t('help.skip')} onClick={onEnd} />
        </header>
        <h2 id={title} ref={heading} tabIndex={-1}>
          {t(`help.steps.${step.key}`)}
        </h2>
        <p id={text}>{t(`help.steps.${step.key}Hint`)}</p>
        <footer>
          <Button variant="subtle" color="gray" onClick={onEnd}>
            {t('help.skip')}
          </Button>
          <span className="grow" />
          {at > 0 && <Button onClick={() => go(at - 1)}>{t('help.back')}</Button>}
          <Button variant="filled" onClick={() => (last ? finish() : go(at + 1))}>
            {last ? t('help.finish') : t('help.next')}
          </Button>
        </footer>
      </section>
    </>,
    document.body,
  )
}

/** The id of a record to show; undefined while it is not known or when there is none. */
function useFirstRecord(meta: ObjectMeta | undefined) {
  const ref = { object: meta?.object ?? '', path: meta?.path ?? '' }
  const query = rowsQuery(ref, { limit: 1, sort: '-updated_at' })
  const { data } = useQuery({ ...query, enabled: meta !== undefined })
  return data?.items[0]?.id
}
