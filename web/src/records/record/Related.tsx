import { ActionIcon } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { countQuery, rowsQuery } from '@/api/records'
import type { RecordData } from '@/api/types'
import { fieldsOf, useObject } from '@/metadata/hooks'
import type { ObjectMeta, RelatedList } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { IconPlus } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { openCreate } from '../form/createStore'
import { pageOf } from '../layout/page'
import { PartSkeleton } from './PartSkeleton'
import classes from './Related.module.css'
import { RelatedRow } from './RelatedRow'

interface Props {
  meta: ObjectMeta
  record: RecordData
}

/** Records of other objects that point here, one card each. */
export function RelatedCards({ meta, record }: Props) {
  return (
    <div className={classes.cards}>
      <LinkedCards meta={meta} record={record} />
      {pageOf(meta, 'record', record).related.map((relation) => (
        <RelatedCard
          key={`${relation.object}.${relation.field}`}
          meta={meta}
          record={record}
          relation={relation}
        />
      ))}
    </div>
  )
}

const SHOWN = 5
export function RelatedCard({ meta, record, relation }: Props & { relation: RelatedList }) {
  const target = useObject(relation.object)
  if (!target?.rights.read) return null
  return <List owner={meta} record={record} relation={relation} target={target} />
}

function List({
  owner,
  record,
  relation,
  target,
}: {
  owner: ObjectMeta
  record: RecordData
  relation: RelatedList
  target: ObjectMeta
}) {
  const { t } = useTranslation()
  const filter = { field: relation.field, op: 'is', value: record.id }
  const { data } = useQuery(rowsQuery(target, { filter, limit: SHOWN, count: 'none' }))
  const { data: count } = useQuery(countQuery(target, { filter }))
  const Sign = metadataIcon(target.icon)
  const link = { id: record.id, name: record.name, object: owner.object }
  const rest = (count?.value ?? 0) - (data?.items.length ?? 0)
  return (
    <section className={classes.card} aria-label={relation.label}>
      <header>
        <Sign size={15} stroke={1.7} aria-hidden />
        <h2>{relation.label}</h2>
        {count && <span className="dim3 num">{count.value + (count.capped ? '+' : '')}</span>}
        <span className="grow" />
        {target.rights.create && (
          <ActionIcon
            size={24}
            aria-label={t('record.addRelated', { object: target.label })}
            onClick={() =>
              openCreate({
                object: target.object,
                values: { [relation.field]: link },
                onCreated: () => undefined,
              })
            }
          >
            <IconPlus size={15} />
          </ActionIcon>
        )}
      </header>
      {!data && <PartSkeleton height={34} />}
      {data && !data.items.length && (
        <p className={classes.none}>{t('record.noRelated', { object: relation.label })}</p>
      )}
      <ul>
        {data?.items.map((row) => (
          <li key={row.id}>
            <RelatedRow meta={target} row={row} relation={relation} />
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <Link
          to="/$path"
          params={{ path: target.path }}
          search={{ filter: { all: [{ field: relation.field, op: 'in', value: [record.id] }] } }}
          className={classes.all}
        >
          {t('record.showAll')}
        </Link>
      )}
    </section>
  )
}

/** Whether anything would stand among the related records. */
export const hasRelated = (meta: ObjectMeta, record: RecordData) =>
  pageOf(meta, 'record', record).related.length > 0 || linksOf(meta, record).length > 0

/** What this record itself points to, but for whose it is and how far it is. */
function linksOf(meta: ObjectMeta, record: RecordData) {
  const seen = new Set([record.owner?.id, record.department?.id])
  return fieldsOf(meta, [
    ...meta.layout.facts,
    ...meta.layout.sections.flatMap((section) => section.fields),
  ]).flatMap((field) => {
    const value = record[field.key] as { id?: string; name?: string; object?: string } | null
    const path = meta.board?.field ?? meta.stage_path?.field
    if (!value?.id || !value.object || field.key === path || seen.has(value.id)) return []
    seen.add(value.id)
    return [{ field, link: { id: value.id, name: value.name ?? '', object: value.object } }]
  })
}

/** What this record itself points to (its customer, its contact), each as a card of one row. */
function LinkedCards({ meta, record }: Props) {
  const { t } = useTranslation()
  const links = linksOf(meta, record)
  if (!links.length) return null
  return (
    <section className={classes.card} aria-label={t('record.related')}>
      <ul>
        {links.map(({ field, link }) => (
          <li key={field.key}>
            <LinkedRow label={field.label} link={link} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function LinkedRow({
  label,
  link,
}: {
  label: string
  link: { id: string; name: string; object: string }
}) {
  const target = useObject(link.object)
  // Links to what an administrator sets up (a pipeline) say nothing about the record's neighbours.
  if (!target?.navigation || target.navigation.group === 'admin') return null
  return (
    <Link to="/$path/$id" params={{ path: target.path, id: link.id }} className={classes.row}>
      <Avatar name={link.name || '·'} size={26} square />
      <span className={classes.words}>
        <b className="trunc">{link.name}</b>
        <small>{label}</small>
      </span>
    </Link>
  )
}
