import { Checkbox } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { LoggedChange } from '@/api/log'
import type { UndoConflict } from '@/api/undo'
import { useObject } from '@/metadata/hooks'
import { BeforeAfter } from '@/records/record/Changes'
import { Time } from '@/ui/Time'
import classes from './Undo.module.css'
import { type Choice, keyOf, toggled } from './undoChoice'

const VERBS = ['create', 'update', 'delete', 'restore', 'purge'] as const

interface Props {
  change: LoggedChange
  conflicts: UndoConflict[]
  /** It is undone in one piece. */
  fixed: boolean
  choice: Choice
  onChange: (choice: Choice) => void
}

/** One record of a change set: what it would become again, and what stands in the way. */
export function UndoRecord({ change, conflicts, fixed, choice, onChange }: Props) {
  const { t } = useTranslation()
  const meta = useObject(change.object)
  const { object, record } = change
  const verb = VERBS.find((one) => one === change.verb) ?? 'update'
  const written = change.changes.find(({ field }) => field === (meta?.title_field ?? 'name'))
  const name = record.name || String(written?.after ?? written?.before ?? '—')
  const mine = keyOf(object, record.id)
  const out = choice.without.has(mine)
  const set = (key: string, on: boolean) =>
    onChange({ ...choice, without: toggled(choice.without, key, !on) })
  return (
    <li className={classes.record} data-out={out || undefined}>
      <div className="row">
        <Checkbox
          label={<b>{name}</b>}
          aria-label={name}
          checked={!out}
          disabled={fixed}
          onChange={(event) => set(mine, event.currentTarget.checked)}
        />
        <span className="dim3">
          {meta?.label} · {t(`log.verbs.${verb}`)}
        </span>
      </div>
      {verb === 'update' && !out && (
        <ul className={classes.fields}>
          {change.changes.map((one) => {
            const key = keyOf(object, record.id, one.field)
            const conflict = conflicts.find(({ field }) => field === one.field)
            return (
              <li key={one.field}>
                <Checkbox
                  size="xs"
                  label={one.label}
                  checked={!choice.without.has(key)}
                  disabled={fixed}
                  onChange={(event) => set(key, event.currentTarget.checked)}
                />
                {/* undone, it goes the other way */}
                <BeforeAfter
                  meta={meta}
                  change={{
                    ...one,
                    before: conflict ? conflict.theirs : one.after,
                    after: one.before,
                  }}
                />
                {conflict && !choice.without.has(key) && (
                  <Over conflict={conflict} choice={choice} onChange={onChange} fixed={fixed} />
                )}
              </li>
            )
          })}
        </ul>
      )}
      {!out &&
        conflicts
          .filter((one) => !one.field)
          .map((one) => (
            <Over key={one.code} conflict={one} choice={choice} onChange={onChange} fixed={fixed} />
          ))}
    </li>
  )
}

interface OverProps {
  conflict: UndoConflict
  choice: Choice
  fixed: boolean
  onChange: (choice: Choice) => void
}
/** Somebody has changed it since: it stays, unless it is ticked. */
function Over({ conflict, choice, fixed, onChange }: OverProps) {
  const { t } = useTranslation()
  const key = keyOf(conflict.object, conflict.id, conflict.field)
  const who = conflict.by?.name
  return (
    <div className={classes.over}>
      <span>
        {conflict.message}
        {who && ` ${t('log.changedBy', { name: who })}`}{' '}
        {conflict.changed_at && <Time at={conflict.changed_at} />}
      </span>
      {conflict.code === 'changed_since' && !fixed && (
        <Checkbox
          size="xs"
          label={t('log.overwrite')}
          checked={choice.over.has(key)}
          onChange={(event) =>
            onChange({ ...choice, over: toggled(choice.over, key, event.currentTarget.checked) })
          }
        />
      )}
    </div>
  )
}
