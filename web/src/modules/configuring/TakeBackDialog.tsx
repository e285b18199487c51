import { Button, Checkbox, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type UndoPreview, undoPreviewQuery } from '@/api/log'
import type { UndoConflict } from '@/api/undo'
import { changedSince } from '@/modules/log/undoChoice'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Failure } from '@/ui/Failure'
import { Notice } from '@/ui/Notice'
import classes from './Configuring.module.css'
import { SettingLines } from './SettingLines'
import { Sides } from './Sides'
import type { Step } from './useTakeBack'

interface Props {
  step: Step
  /** Whether what was changed since is overwritten; null takes nothing back. */
  answer: (force: boolean | null) => void
}

/** What taking a whole step back would do: each setting, and what stands in the way. */
export function TakeBackDialog({ step, answer }: Props) {
  const { t } = useTranslation()
  const [force, setForce] = useState(false)
  const plain = useQuery(undoPreviewQuery(step.id))
  const forced = useQuery({ ...undoPreviewQuery(step.id, { force: true }), enabled: force })
  const preview = force ? forced : plain
  const since = changedSince(plain.data?.conflicts ?? [])
  return (
    <div className={classes.result}>
      <p className={classes.plain}>{t('configuring.revertAllHint', { count: step.count })}</p>
      <SettingLines id={step.id} />
      {since.length > 0 && <Since conflicts={since} force={force} onForce={setForce} />}
      {preview.error && <Failure error={preview.error} />}
      {preview.isPending && !preview.error && <PartSkeleton height={32} />}
      {preview.data && <Stands preview={preview.data} />}
      <Group justify="flex-end" gap="xs">
        <Button onClick={() => answer(null)}>{t('common.cancel')}</Button>
        <Button
          variant="filled"
          data-autofocus
          disabled={!preview.data || preview.data.refused || !preview.data.undone}
          onClick={() => answer(force)}
        >
          {t('configuring.revertAll')}
        </Button>
      </Group>
    </div>
  )
}

interface SinceProps {
  conflicts: UndoConflict[]
  force: boolean
  onForce: (force: boolean) => void
}
/** What somebody has set anew since: it stays, unless it is to be overwritten. */
function Since({ conflicts, force, onForce }: SinceProps) {
  const { t } = useTranslation()
  // a record that was made, and changed since as a whole
  const [values, records] = [
    conflicts.filter(({ field }) => field),
    conflicts.filter(({ field }) => !field),
  ]
  const rows = values.map((one, place) => ({
    key: String(place),
    label: [one.name, one.label, one.by?.name && t('log.changedBy', { name: one.by.name })]
      .filter(Boolean)
      .join(' · '),
    before: one.theirs,
    after: one.mine,
  }))
  return (
    <section className={classes.since}>
      <h3>{t('configuring.sinceTitle', { count: conflicts.length })}</h3>
      {rows.length > 0 && (
        <Sides rows={rows} heads={[t('log.conflictNow'), t('log.conflictWas')]} />
      )}
      {records.length > 0 && <Reasons conflicts={records} />}
      <Checkbox
        label={t('configuring.overwriteSince')}
        checked={force}
        onChange={(event) => onForce(event.currentTarget.checked)}
      />
    </section>
  )
}

/** What refuses all of it, by name. */
function Stands({ preview }: { preview: UndoPreview }) {
  const { t } = useTranslation()
  const since = new Set(changedSince(preview.conflicts))
  const hard = preview.conflicts.filter((one) => !since.has(one))
  return (
    <>
      {preview.refused && <Notice kind="warning">{t('configuring.revertAllRefused')}</Notice>}
      {hard.length > 0 && <Reasons conflicts={hard} />}
    </>
  )
}

function Reasons({ conflicts }: { conflicts: UndoConflict[] }) {
  return (
    <ul className={classes.faults}>
      {conflicts.map((one) => (
        <li key={`${one.object} ${one.id} ${one.code}`}>
          {one.name && <b>{one.name}: </b>}
          {one.message}
        </li>
      ))}
    </ul>
  )
}
