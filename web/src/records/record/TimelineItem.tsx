import { Link as RouterLink } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { TimelineEntry } from '@/api/timeline'
import type { Link } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { soft } from '@/ui/colours'
import {
  type Icon,
  IconArrowBackUp,
  IconPencil,
  IconPlus,
  IconProgress,
  IconRefresh,
  IconTrash,
} from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { Time } from '@/ui/Time'
import { Changes } from './Changes'
import { entryOf } from './parts'
import classes from './Timeline.module.css'

const VERBS = {
  change: IconPencil,
  create: IconPlus,
  delete: IconTrash,
  restore: IconRefresh,
  undo: IconArrowBackUp,
} as const
type Verb = keyof typeof VERBS
const isVerb = (kind: string): kind is Verb => kind in VERBS

function Sign({ icon: Drawn, colour }: { icon: Icon; colour?: string }) {
  return (
    <span className={classes.sign} style={soft(colour)} aria-hidden>
      <Drawn size={14} stroke={1.8} />
    </span>
  )
}

/** One thing that happened: a record that hangs here as a card, a change of the log as a line. */
export function TimelineItem({ entry, object }: { entry: TimelineEntry; object: string }) {
  const { record } = entry
  const part = entryOf(entry.kind)
  if (record && part) {
    const { icon, colour } = part.sign(record)
    return (
      <li className={classes.entry}>
        <Sign icon={icon} colour={colour} />
        <article className={classes.box}>
          <part.Component entry={{ ...entry, record }} />
        </article>
      </li>
    )
  }
  if (record) return <Hanging entry={entry} name={record.name} />
  return <Logged entry={entry} object={object} />
}

function Hanging({ entry, name }: { entry: TimelineEntry; name: string }) {
  const meta = useObject(entry.kind)
  return (
    <li className={classes.entry}>
      <Sign icon={metadataIcon(meta?.icon)} />
      <div className={classes.line}>
        <span>
          {meta?.label} <b>{name}</b>
        </span>
        <Time at={entry.at} />
      </div>
    </li>
  )
}

function Logged({ entry, object }: { entry: TimelineEntry; object: string }) {
  const { t } = useTranslation()
  const meta = useObject(entry.of?.object ?? object)
  const verb = isVerb(entry.kind) ? entry.kind : 'change'
  const changes = entry.changes ?? []
  const staged = changes.some((change) => change.field === meta?.stage_path?.field)
  const words = {
    change: '',
    create: t('record.created'),
    delete: t('record.deleted'),
    restore: t('record.restored'),
    undo: t('record.undid'),
  }
  const told = {
    change: '',
    create: t('record.createdOne'),
    delete: t('record.deletedOne'),
    restore: t('record.restoredOne'),
    undo: t('record.undid'),
  }
  return (
    <li className={classes.entry}>
      <Sign
        icon={staged ? IconProgress : VERBS[verb]}
        colour={staged ? 'indigo' : verb === 'delete' ? 'red' : 'gray'}
      />
      <div className={classes.line}>
        <div className={classes.words}>
          <b>{entry.actor?.name || t('record.systemUser')}</b>{' '}
          {entry.of && meta ? (
            <>
              {told[verb]} <Teller meta={meta} of={entry.of} />
            </>
          ) : (
            words[verb]
          )}{' '}
          {verb === 'change' && <Changes meta={meta} changes={changes} />}
          <Source source={entry.source} />
        </div>
        <Time at={entry.at} />
      </div>
    </li>
  )
}

/** Whose change it is, where it is not the record's own. */
function Teller({ meta, of }: { meta: ObjectMeta; of: Link }) {
  return (
    <>
      <span className="dim">{meta.label}</span>{' '}
      <RouterLink to="/$path/$id" params={{ path: meta.path, id: of.id }} className="link">
        {of.name}
      </RouterLink>
    </>
  )
}

const SOURCES = ['api', 'import', 'demo', 'undo', 'job', 'cli'] as const
function Source({ source }: { source: string | null }) {
  const { t } = useTranslation()
  const known = SOURCES.find((one) => one === source)
  if (!known) return null
  return (
    <span className="dim3"> · {t('record.via', { source: t(`record.sources.${known}`) })}</span>
  )
}
