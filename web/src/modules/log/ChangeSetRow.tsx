import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeSetQuery, type LoggedChange } from '@/api/log'
import { usePermission } from '@/api/session'
import type { ChangeSet } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import { SettingLines } from '@/modules/configuring/SettingLines'
import { useTakeBack } from '@/modules/configuring/useTakeBack'
import { BeforeAfter } from '@/records/record/Changes'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Avatar } from '@/ui/Avatar'
import { Failure } from '@/ui/Failure'
import { Tag } from '@/ui/Tag'
import { Time } from '@/ui/Time'
import { Unfold } from '@/ui/Unfold'
import classes from './Log.module.css'
import { useSetLabel } from './useSetLabel'
import { useUndoDialog } from './useUndoDialog'

const SOURCES = ['api', 'import', 'demo', 'undo', 'job', 'cli'] as const
const KINDS = [
  'create',
  'update',
  'delete',
  'restore',
  'import',
  'bulk',
  'action',
  'undo',
  'merge',
  'settings',
  'hand_over',
] as const
const COLOURS = { open: 'blue', closed: 'gray', partial: 'amber', undone: 'gray' } as const

/** Who did what to how many; unfolds to the changes themselves. */
export function ChangeSetRow({ set }: { set: ChangeSet }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const meta = useObject(set.object)
  const ask = useUndoDialog()
  const takeBack = useTakeBack()
  const may = usePermission('undo')
  const name = set.actor?.name || t('record.systemUser')
  const kind = KINDS.find((one) => one === set.kind) ?? 'update'
  const source = SOURCES.find((one) => one === set.source)
  // what somebody held is of all objects
  const mixed = kind === 'hand_over'
  const what =
    meta && !mixed
      ? t('log.records', {
          count: set.count,
          object: set.count === 1 ? meta.label : meta.label_plural,
        })
      : t('log.some', { count: set.count })
  const label = useSetLabel()(set)
  const state = set.state === 'closed' ? null : set.state
  return (
    <li className={classes.item}>
      <div className={classes.row}>
        <Avatar name={name} size={26} />
        <span className={classes.words}>
          <b>{name}</b> {t(`log.kinds.${kind}`)} {what}
          {set.record && <Single record={set.record} />}
          {label && !mixed && <span className="dim"> · {label}</span>}
          {source && (
            <span className="dim3">
              {' '}
              · {t('record.via', { source: t(`record.sources.${source}`) })}
            </span>
          )}
        </span>
        {state && <Tag colour={COLOURS[state]}>{t(`log.states.${state}`)}</Tag>}
        <Time at={set.at} />
        {may && set.undoable && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => (kind === 'settings' ? takeBack(set) : void ask(set))}
          >
            {t('log.undo')}
          </Button>
        )}
        <Unfold open={open} onToggle={setOpen} />
      </div>
      {open && (kind === 'settings' ? <SettingLines id={set.id} /> : <Contents set={set} />)}
    </li>
  )
}

/** The one record that a set changed. */
function Single({ record }: { record: LoggedChange['record'] }) {
  const meta = useObject(record.object)
  if (!meta) return null
  return (
    <>
      {' '}
      <Link to="/$path/$id" params={{ path: meta.path, id: record.id }} className="link">
        {record.name}
      </Link>
    </>
  )
}

const SHOWN = 200
function Contents({ set }: { set: ChangeSet }) {
  const { t } = useTranslation()
  const { data, error } = useQuery(changeSetQuery(set.id))
  if (error) return <Failure error={error} />
  if (!data) return <PartSkeleton height={28} />
  return (
    <div className={classes.contents}>
      <ul>
        {data.changes.map((change) => (
          <Change key={change.id} change={change} />
        ))}
      </ul>
      {set.count > SHOWN && <p className="dim3">{t('log.firstChanges')}</p>}
    </div>
  )
}

const VERBS = ['create', 'update', 'delete', 'restore', 'purge'] as const
function Change({ change }: { change: LoggedChange }) {
  const { t } = useTranslation()
  const meta = useObject(change.object)
  const verb = VERBS.find((one) => one === change.verb) ?? 'update'
  const { record } = change
  // A record that is gone has its name in what was written.
  const written = change.changes.find(({ field }) => field === (meta?.title_field ?? 'name'))
  const name = record.name || String(written?.after ?? written?.before ?? '—')
  return (
    <li>
      <div className="row">
        <span className="dim3">{t(`log.verbs.${verb}`)}</span>
        {meta ? (
          <Link to="/$path/$id" params={{ path: meta.path, id: record.id }} className="link trunc">
            {name}
          </Link>
        ) : (
          <span>{name}</span>
        )}
      </div>
      {verb === 'update' && (
        <ul className={classes.fields}>
          {change.changes.map((one) => (
            <li key={one.field}>
              <span className="dim">{one.label}</span>
              <BeforeAfter meta={meta} change={one} />
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
