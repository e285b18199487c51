import { Button, Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'
import { keys } from '@/api/keys'
import { type UndoBody, undoChangeSet } from '@/api/log'
import type { ChangeSet } from '@/api/types'
import type { UndoConflict } from '@/api/undo'
import { findObject, useObjects } from '@/metadata/hooks'
import { BeforeAfter } from '@/records/record/Changes'
import { askDialog, openDialog } from '@/ui/dialogs'
import { toast, toastError } from '@/ui/toast'
import classes from './Log.module.css'
import { UndoDialog } from './UndoDialog'

const WIDTH = 680
export type Undoable = Pick<ChangeSet, 'id'>

/** A refusal that names what stands in the way is shown like what was left. */
const leftAlone = (error: unknown) => {
  const conflicts = error instanceof ApiError ? error.problem.conflicts : undefined
  if (!conflicts) throw error
  return { undone: 0, conflicts }
}

/** Shows what undoing would do, undoes what was chosen, tells what was left; whether anything was undone. */
export function useUndoDialog() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const objects = useObjects()
  const run = useCallback(
    async (set: Undoable, body: UndoBody): Promise<boolean> => {
      try {
        const { undone, conflicts } = await undoChangeSet(set.id, body).catch(leftAlone)
        for (const queryKey of [
          ['records'],
          keys.changeSets,
          ['recycle_bin'],
          ['settings_history'],
        ]) {
          void client.invalidateQueries({ queryKey })
        }
        if (undone) toast(t('log.undone', { count: undone }))
        if (!conflicts.length) return undone > 0
        await askDialog(t('log.conflicts'), null, (answer) => (
          <>
            <p className="dim">{t('log.conflictsHint')}</p>
            <Conflicts conflicts={conflicts} metaOf={(object) => findObject(objects, object)} />
            <Group justify="flex-end" gap="xs" mt="md">
              <Button variant="filled" data-autofocus onClick={() => answer(null)}>
                {t('common.close')}
              </Button>
            </Group>
          </>
        ))
        return undone > 0
      } catch (error) {
        toastError(error)
        return false
      }
    },
    [client, objects, t],
  )
  return useCallback(
    async (set: Undoable) => {
      const body = await new Promise<UndoBody | null>((resolve) => {
        const close = openDialog({
          title: t('log.undoTitle'),
          size: WIDTH,
          onClose: () => resolve(null),
          body: (
            <UndoDialog
              set={set}
              answer={(given) => {
                resolve(given)
                close()
              }}
            />
          ),
        })
      })
      return body !== null && (await run(set, body))
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
              field: conflict.field ?? '',
              label: conflict.label ?? '',
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
