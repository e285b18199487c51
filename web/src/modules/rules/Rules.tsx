import { ActionIcon, Button, Select, Switch } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/fixed'
import { keys } from '@/api/keys'
import { rowsQuery, useDeleteRecord, useRestoreRecord, useUpdateRecord } from '@/api/records'
import { findObject, navigationGroups, useObject, useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import classes from '@/modules/settings/Settings.module.css'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { confirm } from '@/ui/confirm'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconListCheck, IconPencil, IconPlus, IconTrash } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { toastError, toastUndo } from '@/ui/toast'
import type { Rule } from './draft'
import { RuleEditor } from './RuleEditor'

const MANY = 200
const FIELDS = [
  ...['name', 'names', 'of_object', 'kind', 'active', 'order', 'only_on', 'version'],
  ...['condition', 'state', 'needs', 'effects', 'field', 'messages'],
]
const COLOURS = { validation: 'red', display: 'blue', gate: 'violet' } as const

/** What an administrator asks of an object's records. */
export default function Rules() {
  const meta = useObject('rule')
  return meta ? <OfObject meta={meta} /> : null
}

function OfObject({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const objects = useObjects().filter(
    (one) => one.navigation?.group !== 'admin' && one.object !== meta.object,
  )
  const [chosen, setChosen] = useState<string | null>(null)
  const object = findObject(objects, chosen) ?? navigationGroups(objects)[0]?.objects[0]
  const [edited, setEdited] = useState<Rule | null | undefined>()
  const { data, error, refetch } = useQuery({
    ...rowsQuery(meta, {
      filter: { field: 'of_object', op: 'is', value: object?.object ?? '' },
      fields: FIELDS,
      sort: 'order',
      limit: MANY,
      count: 'none',
    }),
    enabled: object !== undefined,
  })
  const why = useFaults()
  const refresh = useRefresh(meta, () => void refetch())
  if (!object) return null
  const button = (
    <Button variant="filled" leftSection={<IconPlus size={14} />} onClick={() => setEdited(null)}>
      {t('rules.new')}
    </Button>
  )
  const rules = (data?.items ?? []) as Rule[]
  return (
    <Section
      title={t('settings.pages.rules')}
      action={
        <span className={classes.bar}>
          <Select
            w={180}
            searchable
            aria-label={t('settings.object')}
            data={objects.map((one) => ({ value: one.object, label: one.label }))}
            value={object.object}
            allowDeselect={false}
            onChange={setChosen}
          />
          {rules.length > 0 && button}
        </span>
      }
    >
      <p className={classes.hint}>{t('rules.hint')}</p>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton height={46} />}
      {data && !rules.length && (
        <Empty
          icon={IconListCheck}
          title={t('rules.none', { object: object.label })}
          hint={t('rules.noneHint')}
        >
          {button}
        </Empty>
      )}
      <ul className={classes.rows}>
        {rules.map((rule) => (
          <Row
            key={rule.id}
            {...{ meta, rule, refresh }}
            fault={why.get(rule.id)}
            onEdit={() => setEdited(rule)}
          />
        ))}
      </ul>
      {edited !== undefined && (
        <RuleEditor
          {...{ meta, object }}
          rule={edited}
          last={Math.max(0, ...rules.map(({ order }) => order))}
          onSaved={refresh}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Section>
  )
}

/** Why active rules rest, by id. */
function useFaults(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['rules', 'faults'],
    queryFn: () => call('get', '/rules/faults'),
  })
  return new Map((data?.items ?? []).map(({ id, messages }) => [id, (messages ?? []).join(' ')]))
}

/** Forms learn of rules by the metadata. */
function useRefresh(meta: ObjectMeta, refetch: () => void) {
  const client = useQueryClient()
  return () => {
    refetch()
    void client.invalidateQueries({ queryKey: ['rules', 'faults'] })
    void client.invalidateQueries({ queryKey: keys.object(meta.object) })
    void client.invalidateQueries({ queryKey: keys.objects })
  }
}

interface RowProps {
  meta: ObjectMeta
  rule: Rule
  fault: string | undefined
  refresh: () => void
  onEdit: () => void
}
function Row({ meta, rule, fault, refresh, onEdit }: RowProps) {
  const { t } = useTranslation()
  const { name } = rule
  const { mutateAsync: update } = useUpdateRecord(meta)
  const { mutateAsync: remove } = useDeleteRecord(meta)
  const { mutateAsync: restore } = useRestoreRecord(meta)
  const tell = async (work: () => Promise<unknown>) => {
    try {
      await work()
      refresh()
    } catch (error) {
      toastError(error)
    }
  }
  const drop = async () => {
    const title = t('rules.remove', { name })
    const yes = t('common.delete')
    if (!(await confirm({ title, body: t('rules.removeHint'), yes, danger: true }))) return
    await tell(async () => {
      await remove(rule)
      toastUndo(t('common.deletedName', { name }), () => tell(() => restore(rule.id)))
    })
  }
  return (
    <li className={classes.row}>
      <Tag colour={COLOURS[rule.kind]}>{t(`rules.kinds.${rule.kind}`)}</Tag>
      <span className={classes.words}>
        <b className="trunc">{name}</b>
        <small className="trunc">
          {fault
            ? t('rules.resting', { why: fault })
            : t(`rules.times.${rule.only_on ?? 'always'}`)}
        </small>
      </span>
      {fault && <Tag colour="orange">{t('rules.rests')}</Tag>}
      <Switch
        aria-label={t('rules.turn', { name })}
        checked={rule.active}
        onChange={(event) => {
          const active = event.currentTarget.checked
          void tell(() => update({ record: rule, change: { active } }))
        }}
      />
      <ActionIcon aria-label={t('rules.edit', { name })} onClick={onEdit}>
        <IconPencil size={15} />
      </ActionIcon>
      <ActionIcon aria-label={t('rules.remove', { name })} onClick={() => void drop()}>
        <IconTrash size={15} />
      </ActionIcon>
    </li>
  )
}
