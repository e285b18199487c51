import { ActionIcon, Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { recordQuery, rowsQuery, useDeleteRecord, useRestoreRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { openCreate } from '@/records/form/createStore'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { confirm } from '@/ui/confirm'
import { Failure } from '@/ui/Failure'
import { IconPlus, IconTrash } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { toastError, toastUndo } from '@/ui/toast'
import { RoleEditor } from './RoleEditor'
import { ADMINISTRATOR } from './rights'
import classes from './Settings.module.css'

export default function Roles() {
  const meta = useObject('role')
  return meta ? <List meta={meta} /> : null
}

const MANY = 100
function List({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<string | null>(null)
  const { data, error, refetch } = useQuery(
    rowsQuery(meta, { sort: 'name', limit: MANY, count: 'none' }),
  )
  const first = data?.items.find((role) => role.key !== ADMINISTRATOR)
  const id = chosen ?? first?.id ?? null
  const role = data?.items.find((one) => one.id === id)
  const add = () =>
    openCreate({
      object: meta.object,
      onCreated: (made) => {
        void refetch()
        setChosen(made.id)
      },
    })
  return (
    <Section
      title={meta.label_plural}
      action={
        <span className={classes.bar}>
          <Select
            w={180}
            aria-label={meta.label}
            data={(data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
            value={id}
            allowDeselect={false}
            onChange={setChosen}
          />
          {role && role.key !== ADMINISTRATOR && (
            <Delete meta={meta} role={role} onDone={() => setChosen(null)} />
          )}
          <Button leftSection={<IconPlus size={14} />} onClick={add}>
            {t('settings.newRole')}
          </Button>
        </span>
      }
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton height={36} />}
      {id && <Loaded key={id} meta={meta} id={id} />}
    </Section>
  )
}

/** Grants and rules come with the whole role only, not in a list. */
function Loaded({ meta, id }: { meta: ObjectMeta; id: string }) {
  const { data, error, refetch } = useQuery(recordQuery(meta, id))
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return data ? <RoleEditor meta={meta} role={data} /> : <PartSkeleton height={36} />
}

interface DeleteProps {
  meta: ObjectMeta
  role: RecordData
  onDone: () => void
}
function Delete({ meta, role, onDone }: DeleteProps) {
  const { t } = useTranslation()
  const { mutateAsync: remove } = useDeleteRecord(meta)
  const { mutateAsync: restore } = useRestoreRecord(meta)
  const title = t('settings.deleteRole', { name: role.name })
  const run = async () => {
    const body = t('settings.deleteHint')
    if (!(await confirm({ title, body, yes: t('common.delete'), danger: true }))) return
    try {
      await remove(role)
      onDone()
      toastUndo(t('common.deletedName', { name: role.name }), () => restore(role.id))
    } catch (error) {
      toastError(error)
    }
  }
  return (
    <ActionIcon aria-label={title} onClick={() => void run()}>
      <IconTrash size={15} />
    </ActionIcon>
  )
}
