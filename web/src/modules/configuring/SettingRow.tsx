import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SettingChange } from '@/api/configuring'
import { fieldOf, useObject } from '@/metadata/hooks'
import { Avatar } from '@/ui/Avatar'
import { Time } from '@/ui/Time'
import { Unfold } from '@/ui/Unfold'
import classes from './Configuring.module.css'
import { byLabel, Sides } from './Sides'
import { useRevert } from './useRevert'

const SOURCES = ['api', 'import', 'demo', 'undo', 'job', 'cli'] as const
const VERBS = ['create', 'update', 'delete', 'restore', 'purge'] as const

interface Props {
  line: SettingChange
  /** It stands in its step, which says who and when. */
  inside?: boolean
}
/** One change of one setting; unfolds to its two sides. */
export function SettingRow({ line, inside }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const revert = useRevert()
  const verb = VERBS.find((one) => one === line.verb) ?? 'update'
  const source = SOURCES.find((one) => one === line.source)
  const person = line.actor.name || t('record.systemUser')
  const meta = useObject(line.record.object)
  const rows = line.changes.map(({ field, label, before, after }, place) => {
    const of = fieldOf(meta, field)
    return { key: String(place), label, before: byLabel(of, before), after: byLabel(of, after) }
  })
  const shown = line.kind_label === line.record.name ? '' : line.record.name
  const labels = [...new Set(line.changes.map(({ label }) => label))]
  return (
    <li className={classes.item}>
      <div className={classes.row}>
        {!inside && <Avatar name={person} size={26} />}
        <span className={classes.words}>
          <span>
            {!inside && <b>{person} </b>}
            {t(`configuring.verbs.${verb}`)} {line.kind_label} <b>{shown}</b>
          </span>
          <small>
            {[
              line.about,
              verb === 'update' ? labels.slice(0, 3).join(', ') : null,
              labels.length > 3 && verb === 'update'
                ? t('configuring.moreParts', { count: labels.length - 3 })
                : null,
              source ? t('record.via', { source: t(`record.sources.${source}`) }) : null,
            ]
              .filter(Boolean)
              .join(' · ')}
          </small>
        </span>
        {!inside && <Time at={line.at} />}
        {line.revertible && (
          <Button size="compact-xs" variant="subtle" onClick={() => void revert(line)}>
            {t('configuring.revert')}
          </Button>
        )}
        <Unfold open={open} onToggle={setOpen} none={!rows.length} />
      </div>
      {open && (
        <div className={classes.contents}>
          <Sides rows={rows} only={verb === 'create' || verb === 'restore' ? 'after' : undefined} />
        </div>
      )}
    </li>
  )
}
