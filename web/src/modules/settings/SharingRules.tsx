import { ActionIcon, Button, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rowsQuery, useDeleteRecord, useRestoreRecord, useUpdateRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import { findObject, useObject, useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { confirm } from '@/ui/confirm'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconLock, IconPencil, IconPlus, IconShare, IconTrash } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { toastError, toastUndo } from '@/ui/toast'
import { RuleDialog } from './RuleDialog'
import { type Rule, useHolderNames } from './rules'
import classes from './Settings.module.css'

const FIELDS = ['name', 'applies_to', 'condition', 'holders', 'level', 'active', 'version']
const MANY = 200

/** Records shared by what they hold. */
export default function SharingRules() {
  const meta = useObject('sharing_rule')
  return meta ? <List meta={meta} /> : <NoRight />
}

/** Whoever administers roles may still not read the rules: they are records of their own. */
function NoRight() {
  const { t } = useTranslation()
  return <Empty icon={IconLock} title={t('settings.noRight')} hint={t('settings.noRightHint')} />
}

function List({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const [edited, setEdited] = useState<Rule | null | undefined>()
  const { data, error, refetch } = useQuery(
    rowsQuery(meta, { fields: FIELDS, sort: 'name', limit: MANY, count: 'none' }),
  )
  const rules = (data?.items ?? []) as Rule[]
  const nameOf = useHolderNames(rules.flatMap((rule) => rule.holders))
  return (
    <Section
      title={t('rights.rules')}
      action={
        <Button
          variant="filled"
          leftSection={<IconPlus size={14} />}
          onClick={() => setEdited(null)}
        >
          {t('rights.newRule')}
        </Button>
      }
    >
      <p className={classes.hint}>{t('rights.rulesHint')}</p>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton height={46} />}
      {data && !rules.length && (
        <Empty icon={IconShare} title={t('rights.noRules')} hint={t('rights.noRulesHint')} />
      )}
      <ul className={classes.rows}>
        {rules.map((rule) => (
          <Row
            key={rule.id}
            meta={meta}
            rule={rule}
            names={rule.holders.map(({ id }) => nameOf(id)).join(', ')}
            onEdit={() => setEdited(rule)}
          />
        ))}
      </ul>
      {edited !== undefined && (
        <RuleDialog
          meta={meta}
          rule={edited}
          onSaved={() => void refetch()}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Section>
  )
}

interface RowProps {
  meta: ObjectMeta
  rule: Rule
  names: string
  onEdit: () => void
}
function Row({ meta, rule, names, onEdit }: RowProps) {
  const { t } = useTranslation()
  const object = findObject(useObjects(), rule.applies_to)?.label_plural ?? rule.applies_to
  const { mutateAsync: update } = useUpdateRecord(meta)
  const drop = useDrop(meta, rule)
  const turn = async (active: boolean) => {
    try {
      await update({ record: rule, change: { active } })
    } catch (error) {
      toastError(error)
    }
  }
  return (
    <li className={classes.row}>
      <span className={classes.words}>
        <b className="trunc">{rule.name}</b>
        <small className="trunc">{t('rights.ruleFor', { object, names })}</small>
      </span>
      <Tag colour={rule.level === 'edit' ? 'green' : undefined}>
        {t(`rights.levels.${rule.level}`)}
      </Tag>
      <Switch
        aria-label={t('rights.turn', { name: rule.name })}
        checked={rule.active}
        onChange={(event) => void turn(event.currentTarget.checked)}
      />
      <ActionIcon aria-label={t('rights.editRule', { name: rule.name })} onClick={onEdit}>
        <IconPencil size={15} />
      </ActionIcon>
      <ActionIcon
        aria-label={t('rights.deleteRule', { name: rule.name })}
        onClick={() => void drop()}
      >
        <IconTrash size={15} />
      </ActionIcon>
    </li>
  )
}

function useDrop(meta: ObjectMeta, rule: RecordData) {
  const { t } = useTranslation()
  const { mutateAsync: remove } = useDeleteRecord(meta)
  const { mutateAsync: restore } = useRestoreRecord(meta)
  return async () => {
    const title = t('rights.deleteRule', { name: rule.name })
    const body = t('rights.deleteRuleHint')
    if (!(await confirm({ title, body, yes: t('common.delete'), danger: true }))) return
    try {
      await remove(rule)
      toastUndo(t('common.deletedName', { name: rule.name }), () => restore(rule.id))
    } catch (error) {
      toastError(error)
    }
  }
}
