import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SettingChange } from '@/api/configuring'
import { usePermission } from '@/api/session'
import { useUndoDialog } from '@/modules/log/useUndoDialog'
import { Avatar } from '@/ui/Avatar'
import { Time } from '@/ui/Time'
import { Unfold } from '@/ui/Unfold'
import classes from './Configuring.module.css'
import { SettingRow } from './SettingRow'
import { type Step, useTakeBack } from './useTakeBack'

const FILE = 'configuration'
const SETTINGS = 'settings'
const KINDS = 3

/** What was set in one step: taken back as a whole, or unfolded and taken back one by one. */
export function SetRow({ lines }: { lines: SettingChange[] }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const may = usePermission('undo')
  const takeBack = useTakeBack()
  const choose = useUndoDialog()
  const first = lines[0]!
  const { set, actor, at, change_set: id } = first
  // records alone are undone as anywhere, each by itself where one likes
  const undo = set.kind === SETTINGS ? takeBack : (step: Step) => void choose(step)
  const person = actor.name || t('record.systemUser')
  const done = set.undoes ? 'undid' : set.object === FILE ? 'applied' : 'together'
  const kinds = [...new Set(lines.map((line) => line.kind_label))]
  return (
    <li className={classes.item}>
      <div className={classes.row}>
        <Avatar name={person} size={26} />
        <span className={classes.words}>
          <span>
            <b>{person}</b> {t(`configuring.sets.${done}`, { count: set.count })}
          </span>
          <small>
            {kinds.slice(0, KINDS).join(' · ')}
            {kinds.length > KINDS &&
              ` · ${t('configuring.moreParts', { count: kinds.length - KINDS })}`}
          </small>
        </span>
        <Time at={at} />
        {may && set.undoable && (
          <Button size="compact-xs" variant="subtle" onClick={() => undo({ id, count: set.count })}>
            {t('configuring.revertAll')}
          </Button>
        )}
        <Unfold open={open} onToggle={setOpen} />
      </div>
      {open && (
        <ul className={classes.inside}>
          {lines.map((line) => (
            <SettingRow key={line.id} line={line} inside />
          ))}
        </ul>
      )}
    </li>
  )
}
