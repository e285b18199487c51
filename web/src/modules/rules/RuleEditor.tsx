import { Button, Group, Input, Modal, SegmentedControl, Select, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { useCreateRecord, useUpdateRecord } from '@/api/records'
import type { ObjectMeta } from '@/metadata/types'
import classes from '@/modules/settings/Settings.module.css'
import { FilterErrors } from '@/records/filter/errors'
import { GroupEditor } from '@/records/filter/GroupEditor'
import type { Group as Conditions, Sent } from '@/records/filter/tree'
import { useAsked, useFilterRefusals } from '@/records/filter/useAsked'
import { Notice } from '@/ui/Notice'
import { messageOf, toast } from '@/ui/toast'
import { useMobile } from '@/ui/useMobile'
import { bodyOf, type Draft, draftOf, KINDS, type Kind, type Rule } from './draft'
import { EffectsEditor } from './EffectsEditor'
import { StateEditor } from './StateEditor'
import { Trial } from './Trial'
import { WordPair } from './WordPair'

interface Props {
  meta: ObjectMeta
  /** Whose records it is about. */
  object: ObjectMeta
  /** Null makes a new one. */
  rule: Rule | null
  /** The order of the last one. */
  last: number
  onSaved: () => void
  onClose: () => void
}

/** A rule: what kind, when, and what follows. */
export function RuleEditor({ meta, object, rule, last, onSaved, onClose }: Props) {
  const { t } = useTranslation()
  const mobile = useMobile()
  const [draft, setDraft] = useState(() => draftOf(rule))
  const [failed, setFailed] = useState<unknown>(null)
  const { mutateAsync: create, isPending: creating } = useCreateRecord(meta)
  const { mutateAsync: update, isPending: updating } = useUpdateRecord(meta)
  const condition = useAsked(object, draft.condition)
  const needs = useAsked(object, draft.needs)
  const body = bodyOf(draft, object, condition.node, needs.node)
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setFailed(null)
    try {
      if (rule) await update({ record: rule, change: body, shown: {} })
      else await create({ values: { ...body, order: last + 1 } })
      toast(t('settings.saved'))
      onSaved()
      onClose()
    } catch (error) {
      setFailed(error)
    }
  }
  const errors = isApiError(failed) ? failed.fields : {}
  const title = rule ? t('rules.edit', { name: rule.name }) : t('rules.new')
  return (
    <Modal opened onClose={onClose} title={title} size={720} fullScreen={mobile}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <Kinds kind={draft.kind} onChange={(kind) => set({ kind })} />
          <WordPair
            words={draft.names}
            of="names"
            error={errors.name ?? errors.names}
            required
            onChange={(names) => set({ names })}
          />
          <Select
            label={t('rules.onlyOn')}
            allowDeselect={false}
            data={(['always', 'create', 'update'] as const).map((value) => ({
              value,
              label: t(`rules.times.${value}`),
            }))}
            value={draft.only_on ?? 'always'}
            onChange={(value) =>
              set({ only_on: value === 'create' || value === 'update' ? value : null })
            }
          />
          {draft.kind === 'gate' && <StateEditor {...{ object, draft, set, errors }} />}
          <Tree
            label={t(`rules.conditions.${draft.kind}`)}
            part="condition"
            required={draft.kind === 'validation'}
            {...{ object, failed }}
            group={draft.condition}
            sent={condition}
            onChange={(group) => set({ condition: group })}
          />
          <EffectsEditor {...{ object, draft, set }} />
          {draft.kind === 'gate' && (
            <Tree
              label={t('rules.needs')}
              part="needs"
              {...{ object, failed }}
              group={draft.needs}
              sent={needs}
              onChange={(group) => set({ needs: group })}
            />
          )}
          {draft.kind === 'validation' && <StateEditor {...{ object, draft, set, errors }} />}
          {draft.kind !== 'display' && (
            <>
              <WordPair
                words={draft.messages}
                of="messages"
                hint={t('rules.messageHint')}
                error={errors.messages}
                required={draft.kind === 'validation'}
                onChange={(messages) => set({ messages })}
              />
              <Select
                label={t('rules.pointsAt')}
                searchable
                clearable
                placeholder={t('rules.nowhere')}
                data={object.fields
                  .filter(({ system }) => !system)
                  .map(({ key, label }) => ({ value: key, label }))}
                value={draft.field}
                error={errors.field}
                onChange={(field) => set({ field })}
              />
            </>
          )}
          {failed !== null && <Notice kind="error">{messageOf(failed)}</Notice>}
          <Trial body={body} onFailed={setFailed} />
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" variant="filled" loading={creating || updating}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function Kinds({ kind, onChange }: { kind: Kind; onChange: (kind: Kind) => void }) {
  const { t } = useTranslation()
  return (
    <Stack gap={6}>
      <SegmentedControl
        fullWidth
        aria-label={t('rules.kind')}
        data={KINDS.map((value) => ({ value, label: t(`rules.kinds.${value}`) }))}
        value={kind}
        onChange={(value) => onChange(value as Kind)}
      />
      <p className={classes.hint}>{t(`rules.kindHints.${kind}`)}</p>
    </Stack>
  )
}

interface TreeProps {
  label: string
  part: 'condition' | 'needs'
  required?: boolean
  object: ObjectMeta
  group: Conditions
  sent: Sent
  failed: unknown
  onChange: (group: Conditions) => void
}
function Tree({ label, part, required, object, group, sent, failed, onChange }: TreeProps) {
  const places = sent.places.map(([at, path]): [string, string] => [
    at.replace('/filter', `/${part}`),
    path,
  ])
  const refused = useFilterRefusals(failed, places)
  const error = isApiError(failed) && !refused.size ? failed.fields[part] : undefined
  return (
    <Input.Wrapper label={label} required={required ?? false} error={error}>
      <FilterErrors value={refused}>
        <GroupEditor meta={object} item={group} path="" depth={0} onChange={onChange} />
      </FilterErrors>
    </Input.Wrapper>
  )
}
