import { ActionIcon, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { rowsQuery, useDeleteRecord, useRestoreRecord } from '@/api/records'
import type { RecordData, Link as RecordLink } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { openCreate } from '@/records/form/createStore'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { confirm } from '@/ui/confirm'
import { Failure } from '@/ui/Failure'
import { IconPlus, IconSitemap, IconTrash } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { toastError, toastUndo } from '@/ui/toast'
import classes from './Settings.module.css'

export default function Departments() {
  const meta = useObject('department')
  return meta ? <Tree meta={meta} /> : null
}

interface Node {
  row: RecordData
  depth: number
}
/** Every department after its parent, with its depth; orphans stand at the top. */
function flatten(rows: RecordData[]): Node[] {
  const ids = new Set(rows.map((row) => row.id))
  const below = new Map<string | null, RecordData[]>()
  for (const row of rows) {
    const parent = (row.parent as RecordLink | null)?.id ?? null
    const key = parent && ids.has(parent) ? parent : null
    below.set(key, [...(below.get(key) ?? []), row])
  }
  const walk = (parent: string | null, depth: number): Node[] =>
    (below.get(parent) ?? []).flatMap((row) => [{ row, depth }, ...walk(row.id, depth + 1)])
  return walk(null, 0)
}

const MANY = 200
const INDENT = 22
function Tree({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(
    rowsQuery(meta, { sort: 'order', limit: MANY, count: 'none' }),
  )
  const { mutateAsync: remove } = useDeleteRecord(meta)
  const { mutateAsync: restore } = useRestoreRecord(meta)
  const add = (parent?: RecordData) =>
    openCreate({
      object: meta.object,
      values: parent
        ? { parent: { id: parent.id, name: parent.name, object: meta.object } }
        : undefined,
      onCreated: () => void refetch(),
    })
  const drop = async (row: RecordData) => {
    const title = t('settings.deleteDepartment', { name: row.name })
    const body = t('settings.deleteHint')
    if (!(await confirm({ title, body, yes: t('common.delete'), danger: true }))) return
    try {
      await remove(row)
      toastUndo(t('common.deletedName', { name: row.name }), () => restore(row.id))
    } catch (failure) {
      toastError(failure)
    }
  }
  return (
    <Section
      title={meta.label_plural}
      action={
        meta.rights.create && (
          <Button variant="filled" leftSection={<IconPlus size={14} />} onClick={() => add()}>
            {t('settings.addDepartment')}
          </Button>
        )
      }
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton height={36} />}
      <ul className={classes.rows}>
        {data &&
          flatten(data.items).map(({ row, depth }) => (
            <li key={row.id} className={classes.row} style={{ paddingLeft: 8 + depth * INDENT }}>
              <IconSitemap size={16} stroke={1.6} aria-hidden />
              <span className={classes.words}>
                <Link to="/$path/$id" params={{ path: meta.path, id: row.id }} className="link">
                  <b>{row.name}</b>
                </Link>
              </span>
              {meta.rights.create && (
                <ActionIcon
                  aria-label={t('settings.addBelow', { name: row.name })}
                  onClick={() => add(row)}
                >
                  <IconPlus size={15} />
                </ActionIcon>
              )}
              {meta.rights.delete && (
                <ActionIcon
                  aria-label={t('settings.deleteDepartment', { name: row.name })}
                  onClick={() => void drop(row)}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              )}
            </li>
          ))}
      </ul>
    </Section>
  )
}
