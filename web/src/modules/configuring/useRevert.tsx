import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldUses } from '@/api/admin'
import { revertSetting, type SettingChange } from '@/api/configuring'
import { ApiError } from '@/api/errors'
import { usesInWords } from '@/modules/settings/useDefinitions'
import { confirm } from '@/ui/confirm'
import { toast, toastError } from '@/ui/toast'
import { Sides } from './Sides'
import { useSettingsMoved } from './useTakeBack'

const FIELD = 'custom_field'
// What rests in a bin when its making is taken back; a record that was made goes for good.
const BINNED = [FIELD, 'custom_object']

/** Asks, takes one change of a setting back, and asks again where it was changed since. */
export function useRevert() {
  const { t } = useTranslation()
  const moved = useSettingsMoved()
  const run = useCallback(
    async (line: SettingChange, force: boolean) => {
      try {
        await revertSetting(line.id, force)
        toast(t('configuring.reverted'))
        moved()
      } catch (error) {
        const conflicts = error instanceof ApiError ? error.problem.conflicts : undefined
        const since = conflicts?.filter(({ theirs, mine }) => theirs !== undefined || mine)
        if (force || !since?.length) {
          toastError(error)
          return
        }
        const rows = since.map((one, place) => ({
          key: String(place),
          label: one.label ?? one.field ?? '',
          before: one.theirs,
          after: one.mine,
        }))
        const body = (
          <>
            <p className="dim">{t('configuring.changedSinceHint')}</p>
            <Sides rows={rows} heads={[t('log.conflictNow'), t('log.conflictWas')]} />
          </>
        )
        const title = t('configuring.changedSince')
        const yes = t('configuring.anyway')
        if (await confirm({ title, body, yes, danger: true })) await run(line, true)
      }
    },
    [moved, t],
  )
  return useCallback(
    async (line: SettingChange) => {
      const name = line.record.name ?? line.kind_label
      const gone = line.verb === 'create' || line.verb === 'restore'
      const back = line.verb === 'delete'
      const binned = line.verb === 'restore' || BINNED.includes(line.kind)
      const removed = binned ? 'revertCreate' : 'revertMade'
      const way = gone ? removed : back ? 'revertDelete' : 'revertUpdate'
      const field = gone && line.kind === FIELD
      const used = field ? (await fieldUses(line.record.id).catch(() => null))?.items : null
      const told = used?.length ? `${usesInWords(used, t)} ` : ''
      const body = told + t(`configuring.${way}`, { name })
      const title = t('configuring.revertTitle')
      if (await confirm({ title, body, yes: t('configuring.revert'), danger: gone })) {
        await run(line, false)
      }
    },
    [run, t],
  )
}
