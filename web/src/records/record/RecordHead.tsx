import { ActionIcon, Tooltip } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { FieldDisplay } from '@/fields/Field'
import { pathField } from '@/fields/steps'
import { fieldsOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { HelpButton } from '@/ui/HelpButton'
import { IconChevronDown, IconChevronLeft, IconChevronUp } from '@/ui/icons'
import { useMobile } from '@/ui/useMobile'
import { titleField } from '../list/columns'
import { Place } from '../list/Place'
import { addressOf } from '../pages'
import { FavouriteButton } from './FavouriteButton'
import classes from './Record.module.css'
import { PrimaryActions, RecordActions } from './RecordActions'
import { StagePath } from './StagePath'
import { useNeighbours } from './useNeighbours'

interface Props {
  meta: ObjectMeta
  record: RecordData
}

/** Who or what this is, its few most important facts, its state, and what can be done. */
export function RecordHead({ meta, record }: Props) {
  const { t } = useTranslation()
  const mobile = useMobile()
  const path = meta.stage_path?.field ?? pathField(meta.object)
  const facts = fieldsOf(meta, meta.layout.facts).filter(
    (field) => field.key !== titleField(meta).key && field.key !== path,
  )
  const number = typeof record.code === 'string' ? record.code : null
  return (
    <header className={classes.head}>
      <div className={classes.top}>
        <ActionIcon
          renderRoot={(props) => (
            <Link {...addressOf(meta.object)} params={{ path: meta.path }} {...props} />
          )}
          aria-label={t('record.back')}
        >
          <IconChevronLeft size={17} />
        </ActionIcon>
        {!mobile && <Avatar name={record.name || '·'} size={32} square />}
        <div className={classes.title}>
          <h1 className="trunc">{record.name}</h1>
          <span className="dim3 trunc">{[meta.label, number].filter(Boolean).join(' · ')}</span>
        </div>
        <Neighbours meta={meta} id={record.id} />
        <FavouriteButton object={meta.object} record={record} />
        <RecordActions meta={meta} record={record} />
        <HelpButton />
      </div>
      {facts.length > 0 && (
        <dl
          className={classes.facts}
          aria-label={t('record.facts')}
          tabIndex={mobile ? 0 : undefined}
        >
          {facts.map((field) => (
            <div key={field.key}>
              <dt>{field.label}</dt>
              <dd>
                <FieldDisplay field={field} value={record[field.key]} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {path && <StagePath meta={meta} record={record} fieldKey={path} />}
      {mobile && (
        <div className={classes.primary}>
          <PrimaryActions meta={meta} record={record} wide />
        </div>
      )}
    </header>
  )
}

function Neighbours({ meta, id }: { meta: ObjectMeta; id: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { before: previous, after: next, place, count } = useNeighbours(meta, id)
  const [before, after] = [previous?.id, next?.id]
  const go = (to: string | undefined) =>
    to && void navigate({ to: '/$path/$id', params: { path: meta.path, id: to } })
  useHotkeys([
    ['mod + ArrowUp', () => go(before)],
    ['mod + ArrowDown', () => go(after)],
    ['K', () => go(before)],
    ['J', () => go(after)],
  ])
  if (!before && !after) return null
  const step = (label: string, key: string, to: string | undefined, up: boolean) => (
    <Tooltip label={`${label} (${key})`}>
      <ActionIcon aria-label={label} disabled={!to} onClick={() => go(to)}>
        {up ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}
      </ActionIcon>
    </Tooltip>
  )
  return (
    <span className={classes.neighbours}>
      <Place place={place} count={count} />
      {step(t('record.previous'), 'K', before, true)}
      {step(t('record.next'), 'J', after, false)}
    </span>
  )
}
