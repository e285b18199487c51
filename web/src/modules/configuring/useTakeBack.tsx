import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { historyKey } from '@/api/configuring'
import { keys } from '@/api/keys'
import { undoChangeSet } from '@/api/log'
import { openDialog } from '@/ui/dialogs'
import { toast, toastError } from '@/ui/toast'
import { TakeBackDialog } from './TakeBackDialog'

const WIDTH = 720

/** What was set in one step, by its change set. */
export interface Step {
  id: string
  count: number
}

/** Whatever was set may stand on any screen. */
export function useSettingsMoved() {
  const client = useQueryClient()
  return useCallback(() => {
    const settings = [['custom_fields'], ['custom_objects'], ['settings'], ['records'], ['views']]
    for (const queryKey of [historyKey, keys.objects, keys.me, keys.changeSets, ...settings]) {
      void client.invalidateQueries({ queryKey })
    }
  }, [client])
}

/** Shows what taking a whole step back would do, and does it. */
export function useTakeBack() {
  const { t } = useTranslation()
  const moved = useSettingsMoved()
  const run = useCallback(
    async (id: string, force: boolean) => {
      try {
        const { undone } = await undoChangeSet(id, { force })
        toast(t('configuring.revertedAll', { count: undone }))
        moved()
      } catch (error) {
        toastError(error)
      }
    },
    [moved, t],
  )
  return useCallback(
    (step: Step) => {
      const close = openDialog({
        title: t('configuring.revertAllTitle'),
        size: WIDTH,
        body: (
          <TakeBackDialog
            step={step}
            answer={(force) => {
              close()
              if (force !== null) void run(step.id, force)
            }}
          />
        ),
      })
    },
    [run, t],
  )
}
