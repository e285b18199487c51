import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { recordQuery } from '@/api/records'
import type { RecordData } from '@/api/types'
import { FieldDisplay } from '@/fields/Field'
import { kindOf } from '@/fields/registry'
import { isEmpty } from '@/fields/types'
import { fieldOf, fieldsOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { Failure } from '@/ui/Failure'
import { IconArrowsDiagonal, IconChevronDown, IconChevronUp, IconX } from '@/ui/icons'
import { EditableField } from '../EditableField'
import classes from './SidePanel.module.css'

interface Props {
  meta: ObjectMeta
  id: string
  /** The rows of the list, for previous and next. */
  order: RecordData[]
  onMove: (id: string) => void
  /** The last row stands here: those that follow are wanted. */
  onEnd: () => void
  onClose: () => void
}

/** A record beside its list: facts that can be edited; J and K go down and up the list. */
export function SidePanel({ meta, id, order, onMove, onEnd, onClose }: Props) {
  const { t } = useTranslation()
  const listed = order.find((row) => row.id === id)
  const { data: record = listed, error } = useQuery(recordQuery(meta, id))
  const at = order.findIndex((row) => row.id === id)
  const before = order[at - 1]
  const after = at < 0 ? undefined : order[at + 1]
  const ends = at >= 0 && !after
  useEffect(() => {
    if (ends) onEnd()
  }, [ends, onEnd])
  const go = (row: RecordData | undefined) => row && onMove(row.id)
  useHotkeys([
    ['J', () => go(after)],
    ['K', () => go(before)],
    ['Escape', onClose],
  ])
  const params = { path: meta.path, id }
  return (
    <aside className={classes.panel} aria-label={t('list.preview')}>
      <header>
        <ActionIcon
          aria-label={`${t('list.previous')} (K)`}
          disabled={!before}
          onClick={() => go(before)}
        >
          <IconChevronUp size={16} />
        </ActionIcon>
        <ActionIcon
          aria-label={`${t('list.following')} (J)`}
          disabled={!after}
          onClick={() => go(after)}
        >
          <IconChevronDown size={16} />
        </ActionIcon>
        <span className="grow" />
        <Tooltip label={t('list.openFull')}>
          <ActionIcon
            renderRoot={(props) => <Link to="/$path/$id" params={params} {...props} />}
            aria-label={t('list.openFull')}
          >
            <IconArrowsDiagonal size={15} />
          </ActionIcon>
        </Tooltip>
        <ActionIcon aria-label={t('common.close')} onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      {error && !record && <Failure error={error} />}
      {!record && !error && <Skeleton height={160} m={18} width="auto" />}
      {record && <Facts meta={meta} record={record} />}
      <footer>
        <Button
          fullWidth
          renderRoot={(props) => <Link to="/$path/$id" params={params} {...props} />}
        >
          {t('list.openFull')}
        </Button>
      </footer>
    </aside>
  )
}

const TILES = 2
function Facts({ meta, record }: { meta: ObjectMeta; record: RecordData }) {
  const facts = fieldsOf(meta, meta.layout.facts)
  const tiles = facts.slice(0, TILES)
  const sections = meta.layout.sections.map((section) => ({
    ...section,
    fields: section.fields.flatMap((key) => fieldOf(meta, key) ?? []),
  }))
  const more = facts
    .slice(TILES)
    .filter((field) => !sections.some((section) => section.fields.includes(field)))
  return (
    <div className={classes.body}>
      <div className={classes.title}>
        <Avatar name={record.name || '·'} size={34} square />
        <h2>{record.name}</h2>
      </div>
      {tiles.length > 0 && (
        <div className={classes.tiles}>
          {tiles.map((field) => (
            <div key={field.key}>
              <small>{field.label}</small>
              <b>
                <FieldDisplay field={field} value={record[field.key]} />
              </b>
            </div>
          ))}
        </div>
      )}
      {more.length > 0 && <FieldList meta={meta} record={record} fields={more} />}
      {sections.map((section) => (
        <section key={section.key} aria-label={section.label}>
          <h3>{section.label}</h3>
          <FieldList meta={meta} record={record} fields={section.fields} />
        </section>
      ))}
    </div>
  )
}

function FieldList({
  meta,
  record,
  fields,
}: {
  meta: ObjectMeta
  record: RecordData
  fields: ObjectMeta['fields']
}) {
  // What needs room takes the whole width and is edited on its own page.
  const wide = fields.filter((field) => kindOf(field).wide && !isEmpty(record[field.key]))
  const narrow = fields.filter((field) => !kindOf(field).wide)
  return (
    <>
      {wide.map((field) => (
        <div key={`${record.id}${field.key}`} className={classes.wide}>
          <FieldDisplay field={field} value={record[field.key]} record={record} />
        </div>
      ))}
      <dl className={classes.fields}>
        {narrow.map((field) => (
          <EditableField
            key={`${record.id}${field.key}`}
            meta={meta}
            record={record}
            field={field}
          />
        ))}
      </dl>
    </>
  )
}
