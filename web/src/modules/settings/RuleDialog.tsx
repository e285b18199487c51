import { Button, Group, Input, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { countQuery, useCreateRecord, useUpdateRecord } from '@/api/records'
import { findObject, useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { FilterErrors } from '@/records/filter/errors'
import { GroupEditor } from '@/records/filter/GroupEditor'
import {
  type Group as Conditions,
  countConditions,
  EMPTY,
  parseFilter,
} from '@/records/filter/tree'
import { useAsked, useFilterRefusals } from '@/records/filter/useAsked'
import { Notice } from '@/ui/Notice'
import { messageOf, toast } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import { Holders } from './Holders'
import type { Rule } from './rules'
import classes from './Settings.module.css'

interface Props {
  meta: ObjectMeta
  /** Null makes a new one. */
  rule: Rule | null
  onSaved: () => void
  onClose: () => void
}
const LEVELS = ['read', 'edit'] as const
type Draft = Pick<Rule, 'name' | 'applies_to' | 'holders' | 'level'> & { group: Conditions }

const draftOf = (rule: Rule | null, first: string): Draft => ({
  name: rule?.name ?? '',
  applies_to: rule?.applies_to ?? first,
  holders: rule?.holders ?? [],
  level: rule?.level ?? 'read',
  group: rule ? parseFilter(rule.condition) : EMPTY,
})

/** A sharing rule: records of which object, under what condition, with whom, how far. */
export function RuleDialog({ meta, rule, onSaved, onClose }: Props) {
  const { t } = useTranslation()
  const objects = useObjects().filter((one) => one.rights.share)
  const [draft, setDraft] = useState(() => draftOf(rule, objects[0]?.object ?? ''))
  const object = findObject(objects, draft.applies_to)
  const title = rule ? t('rights.editRule', { name: rule.name }) : t('rights.newRule')
  return (
    <Modal opened onClose={onClose} title={title} size={640}>
      {object && (
        <Form
          {...{ meta, rule, object, objects, draft, onSaved, onClose }}
          onChange={(change) => setDraft((now) => ({ ...now, ...change }))}
        />
      )}
    </Modal>
  )
}

interface FormProps extends Props {
  object: ObjectMeta
  objects: ObjectMeta[]
  draft: Draft
  onChange: (change: Partial<Draft>) => void
}
function Form({ meta, rule, object, objects, draft, onChange, onSaved, onClose }: FormProps) {
  const { t } = useTranslation()
  const [failed, setFailed] = useState<unknown>(null)
  const { mutateAsync: create, isPending: creating } = useCreateRecord(meta)
  const { mutateAsync: update, isPending: updating } = useUpdateRecord(meta)
  const { group, ...plain } = draft
  const { node, places } = useAsked(object, group)
  const ruled = places.map(([at, path]): [string, string] => [
    at.replace('/filter', '/condition'),
    path,
  ])
  const refused = useFilterRefusals(failed, ruled)
  const errors = isApiError(failed) ? failed.fields : {}
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setFailed(null)
    const body = { ...plain, condition: node ?? {} }
    try {
      if (rule) await update({ record: rule, change: body, shown: {} })
      else await create({ values: body })
      toast(t('settings.saved'))
      onSaved()
      onClose()
    } catch (error) {
      setFailed(error)
    }
  }
  const at = (key: string) =>
    Object.entries(errors).find(([one]) => one === key || one.startsWith(`${key}/`))?.[1]
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        <TextInput
          label={t('rights.ruleName')}
          required
          data-autofocus
          value={draft.name}
          error={errors.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <Group grow gap="sm" align="flex-start">
          <Select
            label={t('rights.ruleObject')}
            searchable
            allowDeselect={false}
            data={objects.map((one) => ({ value: one.object, label: one.label_plural }))}
            value={object.object}
            error={errors.applies_to}
            onChange={(next) => next && onChange({ applies_to: next, group: EMPTY })}
          />
          <Select
            label={t('rights.level')}
            allowDeselect={false}
            data={LEVELS.map((value) => ({ value, label: t(`rights.levels.${value}`) }))}
            value={draft.level}
            onChange={(level) => onChange({ level: level === 'edit' ? 'edit' : 'read' })}
          />
        </Group>
        <Input.Wrapper
          label={t('rights.condition')}
          description={t('rights.conditionHint')}
          error={refused.size ? undefined : at('condition')}
          required
        >
          <FilterErrors value={refused}>
            <GroupEditor
              key={object.object}
              meta={object}
              item={group}
              path=""
              depth={0}
              onChange={(next) => onChange({ group: next })}
            />
          </FilterErrors>
          {countConditions(group) > 0 && <Matches object={object} node={node} />}
        </Input.Wrapper>
        <Holders
          holders={draft.holders}
          error={at('holders')}
          onChange={(holders) => onChange({ holders })}
        />
        {failed !== null && !Object.keys(errors).length && (
          <Notice kind="error">{messageOf(failed)}</Notice>
        )}
        <Group justify="flex-end" gap="xs">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="filled" loading={creating || updating}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** How many records meet the condition today. */
function Matches({
  object,
  node,
}: {
  object: ObjectMeta
  node: Parameters<typeof countQuery>[1]['filter']
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery({
    ...countQuery(object, { filter: node }),
    retry: false,
    placeholderData: (before) => before,
  })
  if (!data) return null
  const total = `${format.number(data.value)}${data.capped ? '+' : ''}`
  return <p className={classes.hint}>{t('rights.matches', { total })}</p>
}
