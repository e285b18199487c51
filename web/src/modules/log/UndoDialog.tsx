import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeSetQuery, type UndoBody, undoPreviewQuery } from '@/api/log'
import type { ChangeSet } from '@/api/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Failure } from '@/ui/Failure'
import { Notice } from '@/ui/Notice'
import { messageOf } from '@/ui/toast'
import classes from './Undo.module.css'
import { UndoRecord } from './UndoRecord'
import { ALL, bodyOf, changedSince, keyOf } from './undoChoice'

interface Props {
  set: Pick<ChangeSet, 'id'>
  answer: (body: UndoBody | null) => void
}

/**
 * What undoing would do, before it is done: every record and field may be left out, and what
 * somebody has changed since stays unless it is ticked.
 */
export function UndoDialog({ set, answer }: Props) {
  const { t } = useTranslation()
  const [choice, setChoice] = useState(ALL)
  const detail = useQuery(changeSetQuery(set.id))
  const preview = useQuery(undoPreviewQuery(set.id))
  const error = detail.error ?? preview.error
  if (error) return <Refused message={messageOf(error)} close={() => answer(null)} />
  if (!detail.data || !preview.data) return <PartSkeleton height={32} />
  const { changes, count } = detail.data
  const { conflicts, whole, refused, more } = preview.data
  const body = bodyOf(changes, conflicts, choice)
  const none = body.only?.length === 0
  const since = changedSince(conflicts).length
  const listed = new Set(changes.map((one) => keyOf(one.object, one.record.id)))
  const others = conflicts.filter((one) => !listed.has(keyOf(one.object, one.id)))
  return (
    <div className={classes.undo}>
      <p className="dim">{t(whole ? 'log.undoWhole' : 'log.undoChoose', { count })}</p>
      {refused && <Notice kind="warning">{t('log.undoRefused')}</Notice>}
      {since > 0 && !refused && (
        <Notice kind="warning">{t('log.undoConflicts', { count: since })}</Notice>
      )}
      <ul className={classes.records}>
        {changes.map((change) => (
          <UndoRecord
            key={change.id}
            change={change}
            conflicts={conflicts.filter(
              (one) => one.object === change.object && one.id === change.record.id,
            )}
            fixed={whole}
            choice={choice}
            onChange={setChoice}
          />
        ))}
      </ul>
      {others.map((one) => (
        <p key={keyOf(one.object, one.id, one.field)} className="dim">
          {one.name ?? t('fields.hidden')}: {one.message}
        </p>
      ))}
      {count > changes.length && !whole && (
        <p className="dim3">{t(choice.without.size ? 'log.undoListed' : 'log.undoRest')}</p>
      )}
      {more && <p className="dim3">{t('log.undoMore')}</p>}
      <Group justify="flex-end" gap="xs" className={classes.foot}>
        <Button onClick={() => answer(null)}>{t('common.cancel')}</Button>
        <Button
          variant="filled"
          data-autofocus
          disabled={none || refused}
          onClick={() => answer(body)}
        >
          {t(choice.without.size ? 'log.undoChosen' : 'log.undo')}
        </Button>
      </Group>
    </div>
  )
}

function Refused({ message, close }: { message: string; close: () => void }) {
  const { t } = useTranslation()
  return (
    <>
      <Failure error={new Error(message)} />
      <Group justify="flex-end">
        <Button onClick={close}>{t('common.close')}</Button>
      </Group>
    </>
  )
}
