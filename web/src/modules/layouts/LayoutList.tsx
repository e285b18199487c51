import { ActionIcon, Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { keys } from '@/api/keys'
import { rowsQuery, useDeleteRecord, useRestoreRecord, useUpdateRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import { fieldOf, useObject } from '@/metadata/hooks'
import type { ObjectMeta, PagePlace } from '@/metadata/types'
import settings from '@/modules/settings/Settings.module.css'
import { confirm } from '@/ui/confirm'
import { Failure } from '@/ui/Failure'
import { IconChevronDown, IconChevronUp, IconLayoutRows, IconPencil, IconTrash } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import { toastError, toastUndo } from '@/ui/toast'
import { moved } from './body'
import { LAYOUTS, type RecordType } from './draft'
import classes from './Editor.module.css'

const LAYOUT = { object: LAYOUTS, path: 'page_layouts' }
const FIELDS = ['name', 'roles', 'record_type', 'order', 'active']
const MANY = 200

interface Props {
  meta: ObjectMeta
  place: PagePlace
  onOpen: (id: string | null) => void
}

/** The layouts of one place in the order in which they are asked, the standard one last. */
export function LayoutList({ meta, place, onOpen }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const filter = {
    all: [
      { field: 'applies_to', op: 'is', value: meta.object },
      { field: 'place', op: 'is', value: place },
    ],
  }
  const asked = { filter, fields: FIELDS, sort: 'order', limit: MANY, count: 'none' as const }
  const { data, error, refetch } = useQuery(rowsQuery(LAYOUT, asked))
  const { mutateAsync: update } = useUpdateRecord(LAYOUT)
  const { mutateAsync: remove } = useDeleteRecord(LAYOUT)
  const { mutateAsync: restore } = useRestoreRecord(LAYOUT)
  const rows = data?.items ?? []
  const refresh = () => {
    void refetch()
    void client.invalidateQueries({ queryKey: keys.objects })
  }
  const move = async (from: number, to: number) => {
    try {
      const wanted = moved(rows, from, to).map((record, order) => ({ record, order }))
      for (const { record, order } of wanted) {
        if (record.order !== order) await update({ record, change: { order } })
      }
    } catch (problem) {
      toastError(problem)
    }
    refresh()
  }
  const drop = async (row: RecordData) => {
    const title = t('layouts.remove', { name: row.name })
    const question = { title, body: t('layouts.removeHint'), yes: t('common.delete') }
    if (!(await confirm({ ...question, danger: true }))) return
    try {
      await remove(row)
      refresh()
      toastUndo(t('common.deletedName', { name: row.name }), () => restore(row.id).then(refresh))
    } catch (problem) {
      toastError(problem)
    }
  }
  return (
    <section className={classes.place} aria-label={t(`layouts.places.${place}`)}>
      <header>
        <h3>{t(`layouts.places.${place}`)}</h3>
        <span className="grow" />
        <Button onClick={() => onOpen(null)}>{t('layouts.customise')}</Button>
      </header>
      {error && <Failure error={error} retry={() => void refetch()} />}
      <ul className={settings.rows}>
        {rows.map((row, index) => (
          <li key={row.id} className={settings.row}>
            <IconLayoutRows size={17} stroke={1.6} aria-hidden />
            <span className={settings.words}>
              <b>{row.name}</b>
              <Whom meta={meta} row={row} />
            </span>
            {row.active !== true && <Tag colour="gray">{t('layouts.resting')}</Tag>}
            <ActionIcon
              aria-label={t('layouts.earlier', { name: row.name })}
              disabled={index === 0}
              onClick={() => void move(index, index - 1)}
            >
              <IconChevronUp size={15} />
            </ActionIcon>
            <ActionIcon
              aria-label={t('layouts.later', { name: row.name })}
              disabled={index === rows.length - 1}
              onClick={() => void move(index, index + 2)}
            >
              <IconChevronDown size={15} />
            </ActionIcon>
            <ActionIcon
              aria-label={t('layouts.edit', { name: row.name })}
              onClick={() => onOpen(row.id)}
            >
              <IconPencil size={15} />
            </ActionIcon>
            <ActionIcon
              aria-label={t('layouts.remove', { name: row.name })}
              onClick={() => void drop(row)}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </li>
        ))}
        <li className={settings.row}>
          <IconLayoutRows size={17} stroke={1.6} aria-hidden />
          <span className={settings.words}>
            <b>{t('layouts.standard')}</b>
            <small>{t('layouts.standardHint')}</small>
          </span>
        </li>
      </ul>
    </section>
  )
}

/** For which roles and which records, in words. */
function Whom({ meta, row }: { meta: ObjectMeta; row: RecordData }) {
  const { t } = useTranslation()
  const chosen = (row.roles as string[] | null) ?? []
  const type = row.record_type as RecordType | null
  const field = type ? fieldOf(meta, type.field) : undefined
  const roles = useNames(useObject('role'), chosen)
  const linked = useNames(useObject(field?.target), field?.options ? [] : (type?.values ?? []))
  const named = type?.values.map((value) => field?.options?.find(({ key }) => key === value)?.label)
  const values = field?.options ? (named ?? []).filter(Boolean).join(', ') : linked
  return (
    <small>
      {chosen.length ? t('layouts.forRoles', { roles }) : t('layouts.everyone')}
      {type && ` · ${t('layouts.forType', { field: field?.label ?? type.field, values })}`}
    </small>
  )
}

function useNames(target: ObjectMeta | undefined, ids: string[]): string {
  const { data } = useQuery({
    ...rowsQuery(target ?? LAYOUT, {
      filter: { field: 'id', op: 'in', value: ids },
      fields: ['name'],
      limit: MANY,
      count: 'none',
    }),
    enabled: target !== undefined && ids.length > 0,
  })
  return (data?.items ?? []).map(({ name }) => name).join(', ')
}
