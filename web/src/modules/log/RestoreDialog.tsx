import { Button, Checkbox, Group } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Belonging, DeletedDetail } from '@/api/log'
import { findObject, useObjects } from '@/metadata/hooks'
import { Notice } from '@/ui/Notice'
import { useFormat } from '@/ui/useFormat'
import classes from './Undo.module.css'

interface Props {
  detail: DeletedDetail
  answer: (others: Belonging[] | null) => void
}

/** What lies in the bin beside a record that comes back: what it points to, what points to it. */
export function RestoreDialog({ detail, answer }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const objects = useObjects()
  const every = [...detail.above, ...detail.below]
  const [out, setOut] = useState<ReadonlySet<string>>(new Set())
  const chosen = every.filter((one) => !out.has(one.id))
  const toggle = (id: string, on: boolean) =>
    setOut((now) => {
      const next = new Set(now)
      if (on) next.delete(id)
      else next.add(id)
      return next
    })
  const part = (title: string, items: Belonging[]) =>
    items.length > 0 && (
      <section aria-label={title}>
        <p className="dim">{title}</p>
        <ul className={classes.records}>
          {items.map((one) => (
            <li key={one.id} className={classes.record}>
              <Checkbox
                checked={!out.has(one.id)}
                onChange={(event) => toggle(one.id, event.currentTarget.checked)}
                label={
                  <>
                    {one.name}{' '}
                    <span className="dim3">
                      {findObject(objects, one.object)?.label}
                      {one.together && ` · ${t('log.together')}`}
                    </span>
                  </>
                }
              />
            </li>
          ))}
        </ul>
      </section>
    )
  return (
    <div className={classes.undo}>
      {detail.missing.length > 0 && (
        <Notice kind="warning">
          {t('log.missingLinks', {
            fields: new Intl.ListFormat(format.locale, { type: 'conjunction' }).format(
              detail.missing.map((one) => one.label),
            ),
          })}
        </Notice>
      )}
      {part(t('log.restoreAbove'), detail.above)}
      {part(t('log.restoreBelow'), detail.below)}
      <Group justify="flex-end" gap="xs">
        <Button onClick={() => answer(null)}>{t('common.cancel')}</Button>
        <Button variant="filled" data-autofocus onClick={() => answer(chosen)}>
          {chosen.length
            ? t('log.restoreWith', { count: chosen.length + 1 })
            : t('log.restoreAlone')}
        </Button>
      </Group>
    </div>
  )
}
