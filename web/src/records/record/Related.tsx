import { ActionIcon } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { countQuery, rowsQuery } from '@/api/records'
import type { FilterNode, RecordData } from '@/api/types'
import { fieldOf, fieldsOf, findObject, useObject, useObjects } from '@/metadata/hooks'
import type { ObjectMeta, RelatedList } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { IconPlus } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { useMobile } from '@/ui/useMobile'
import { openCreate } from '../form/createStore'
import { pageOf } from '../layout/page'
import { PartSkeleton } from './PartSkeleton'
import classes from './Related.module.css'
import { RelatedRow } from './RelatedRow'
import { RelatedTable } from './RelatedTable'
import { relatedColumns } from './relatedColumns'

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

export function RelatedCard({ meta, record, relation, roomy }: Props & CardProps) {
  const target = useObject(relation.object)
  if (!target?.rights.read) return null
  return <List owner={meta} roomy={roomy ?? false} {...{ record, relation, target }} />
}

interface CardProps {
  relation: RelatedList
  /** It has the width of a tab. */
  roomy?: boolean
}
interface ListProps {
  owner: ObjectMeta
  record: RecordData
  relation: RelatedList
  target: ObjectMeta
  roomy: boolean
}
const SHOWN = 5
const ROOMY = 10

function List({ owner, record, relation, target, roomy }: ListProps) {
  const { t } = useTranslation()
  const mobile = useMobile()
  const [sort, setSort] = useState<string>()
  // one of several links, or the link itself
  const many = fieldOf(target, relation.field)?.operators?.includes('has_any') ?? false
  const among = { field: relation.field, op: many ? 'has_any' : 'in', value: [record.id] }
  const filter = many ? among : { field: relation.field, op: 'is', value: record.id }
  const limit = roomy ? ROOMY : SHOWN
  const { data } = useQuery({
    ...rowsQuery(target, { filter, sort, limit, count: 'none' }),
    placeholderData: keepPreviousData,
  })
  const { data: count } = useQuery(countQuery(target, { filter }))
  const Sign = metadataIcon(target.icon)
  const link = { id: record.id, name: record.name, object: owner.object }
  const rest = (count?.value ?? 0) - (data?.items.length ?? 0)
  const params = { path: target.path }
  const search: { filter: FilterNode; sort?: string } = {
    filter: { all: [among] },
    ...(sort ? { sort } : {}),
  }
  return (
    <section className={classes.card} aria-label={relation.label}>
      <header>
        <Sign size={15} stroke={1.7} aria-hidden />
        <h2>
          <Link
            to="/$path"
            {...{ params, search }}
            className={classes.open}
            title={t('record.showAll')}
          >
            {relation.label}
          </Link>
        </h2>
        {count && <span className="dim3 num">{count.value + (count.capped ? '+' : '')}</span>}
        <span className="grow" />
        {target.rights.create && (
          <ActionIcon
            size={24}
            aria-label={t('record.addRelated', { object: target.label })}
            onClick={() =>
              openCreate({
                object: target.object,
                values: { [relation.field]: many ? [link] : link },
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
      {data && data.items.length > 0 && mobile && (
        <ul>
          {data.items.map((row) => (
            <li key={row.id}>
              <RelatedRow meta={target} row={row} relation={relation} />
            </li>
          ))}
        </ul>
      )}
      {data && data.items.length > 0 && !mobile && (
        <RelatedTable
          meta={target}
          label={relation.label}
          columns={relatedColumns(target, relation)}
          rows={data.items}
          filter={filter}
          sort={sort ?? target.default_sort}
          onSort={setSort}
        />
      )}
      {rest > 0 && (
        <Link to="/$path" {...{ params, search }} className={classes.all}>
          {t('record.showAll')}
        </Link>
      )}
    </section>
  )
}

/** Whether anything would stand among the related records. */
export function useHasRelated(meta: ObjectMeta, record: RecordData) {
  const links = linksOf(useObjects(), meta, record)
  return pageOf(meta, 'record', record).related.length > 0 || links.length > 0
}

/** What this record itself points to, but for whose it is and how far it is. */
export function linksOf(objects: ObjectMeta[], meta: ObjectMeta, record: RecordData) {
  const seen = new Set([record.owner?.id, record.department?.id])
  return fieldsOf(meta, [
    ...meta.layout.facts,
    ...meta.layout.sections.flatMap((section) => section.fields),
  ]).flatMap((field) => {
    const value = record[field.key] as { id?: string; name?: string; object?: string } | null
    const path = meta.board?.field ?? meta.stage_path?.field
    if (!value?.id || !value.object || field.key === path || seen.has(value.id)) return []
    seen.add(value.id)
    const target = findObject(objects, value.object)
    // Links to what an administrator sets up (a pipeline) say nothing about the record's neighbours.
    if (!target?.navigation || target.navigation.group === 'admin') return []
    return [{ field, target, link: { id: value.id, name: value.name ?? '' } }]
  })
}

/** What this record itself points to (its customer, its contact), each as a card of one row. */
function LinkedCards({ meta, record }: Props) {
  const { t } = useTranslation()
  const links = linksOf(useObjects(), meta, record)
  if (!links.length) return null
  return (
    <section className={classes.card} aria-label={t('record.related')}>
      <ul>
        {links.map(({ field, target, link }) => (
          <li key={field.key}>
            <LinkedRow label={field.label} path={target.path} link={link} />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface LinkedRowProps {
  label: string
  path: string
  link: { id: string; name: string }
}
function LinkedRow({ label, path, link }: LinkedRowProps) {
  return (
    <Link to="/$path/$id" params={{ path, id: link.id }} className={classes.row}>
      <Avatar name={link.name || '·'} size={26} square />
      <span className={classes.words}>
        <b className="trunc">{link.name}</b>
        <small>{label}</small>
      </span>
    </Link>
  )
}
