import { Button, Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'
import { keys } from '@/api/keys'
import { undoChangeSet } from '@/api/log'
import type { ChangeSet } from '@/api/types'
import type { UndoConflict } from '@/api/undo'
import { findObject, useObjects } from '@/metadata/hooks'
import { BeforeAfter } from '@/records/record/Changes'
import { confirm } from '@/ui/confirm'
import { askDialog } from '@/ui/dialogs'
import { toast, toastError } from '@/ui/toast'
import classes from './Log.module.css'

/** A refusal that names what stands in the way is shown like what was left, once. */
const leftAlone = (force: boolean) => (error: unknown) => {
  const conflicts = error instanceof ApiError ? error.problem.conflicts : undefined
  if (force || !conflicts) throw error
  return { undone: 0, conflicts }
}

/** Asks, undoes, and shows what was left because it had been changed again. */
export function useUndoDialog() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const objects = useObjects()
  const run = useCallback(
    async (set: ChangeSet, force: boolean) => {
      try {
        const { undone, conflicts } = await undoChangeSet(set.id, force).catch(leftAlone(force))
        for (const queryKey of [['records'], keys.changeSets, ['recycle_bin']]) {
          void client.invalidateQueries({ queryKey })
        }
        if (undone) toast(t('log.undone', { count: undone }))
        if (!conflicts.length) return
        const anyway = await askDialog(t('log.conflicts'), false, (answer) => (
          <>
            <p className="dim">{t('log.conflictsHint')}</p>
            <Conflicts conflicts={conflicts} metaOf={(object) => findObject(objects, object)} />
            <Group justify="flex-end" gap="xs" mt="md">
              <Button color="red" onClick={() => answer(true)}>
                {t('log.force')}
              </Button>
              <Button variant="filled" data-autofocus onClick={() => answer(false)}>
                {t('common.close')}
              </Button>
            </Group>
          </>
        ))
        if (anyway) await run(set, true)
      } catch (error) {
        toastError(error)
      }
    },
    [client, objects, t],
  )
  return useCallback(
    async (set: ChangeSet) => {
      const body = t('log.undoHint', { count: set.count })
      if (await confirm({ title: t('log.undoTitle'), body, yes: t('log.undo') })) {
        await run(set, false)
      }
    },
    [run, t],
  )
}

interface Props {
  conflicts: UndoConflict[]
  metaOf: (object: string) => ReturnType<typeof findObject>
}
function Conflicts({ conflicts, metaOf }: Props) {
  return (
    <ul className={classes.conflicts}>
      {conflicts.map((conflict) => (
        <li key={`${conflict.id}${conflict.field}`}>
          <b>{conflict.name}</b>
          <span className="dim">{conflict.label}</span>
          <BeforeAfter
            meta={metaOf(conflict.object)}
            change={{
              field: conflict.field,
              label: conflict.label,
              before: conflict.theirs,
              after: conflict.mine,
            }}
          />
          <p>{conflict.message}</p>
        </li>
      ))}
    </ul>
  )
}
