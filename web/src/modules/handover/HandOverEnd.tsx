import { Button, Group, Progress } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { HandOverResult } from '@/api/handover'
import { findObject, useObjects } from '@/metadata/hooks'
import { Notice } from '@/ui/Notice'
import { useFormat } from '@/ui/useFormat'
import classes from './HandOver.module.css'

const SHOWN = 20

interface Props {
  share: number | null
  result: HandOverResult | null
  onClose: () => void
}

/** How far it has come, and in the end what was moved and what was not. */
export function HandOverEnd({ share, result, onClose }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const objects = useObjects()
  if (!result) {
    const percent = format.number(share ?? 0, { style: 'percent', maximumFractionDigits: 0 })
    return (
      <div className={classes.form} aria-live="polite">
        <b>{t('handover.running', { percent })}</b>
        <Progress
          value={(share ?? 0) * 100}
          animated
          aria-label={t('handover.running', { percent })}
        />
        <p className={classes.hint}>{t('handover.runningHint')}</p>
      </div>
    )
  }
  const moved = Object.entries(result.moved).filter(([key]) => findObject(objects, key))
  const count = moved.reduce((sum, [, number]) => sum + number, 0)
  return (
    <div className={classes.form}>
      <Notice kind="info" title={t('handover.done')}>
        <p>
          {t('handover.moved', { count })} {result.deactivated && t('handover.deactivated')}
        </p>
        <p>
          {moved
            .filter(([, number]) => number > 0)
            .map(
              ([key, number]) =>
                `${findObject(objects, key)?.label_plural} ${format.number(number)}`,
            )
            .join(' · ')}
        </p>
        <p>{t('handover.undoHint')}</p>
      </Notice>
      {result.skipped.length > 0 && (
        <Notice kind="warning" title={t('handover.skipped', { count: result.skipped.length })}>
          <ul>
            {result.skipped.slice(0, SHOWN).map((one) => (
              <li key={one.id}>
                {findObject(objects, one.object)?.label}: {one.message}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <Group justify="flex-end" gap="xs">
        <Button renderRoot={(props) => <Link to="/change_sets" {...props} />}>
          {t('handover.toLog')}
        </Button>
        <Button variant="filled" onClick={onClose} data-autofocus>
          {t('common.close')}
        </Button>
      </Group>
    </div>
  )
}
