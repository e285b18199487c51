import { Button, Select, VisuallyHidden } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/fixed'
import { keys } from '@/api/keys'
import { rowsQuery } from '@/api/records'
import { findObject, navigationGroups, useObject, useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import classes from '@/modules/settings/Settings.module.css'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconListCheck, IconPlus } from '@/ui/icons'
import { Section } from '@/ui/Section'
import type { Rule } from './draft'
import { RuleEditor } from './RuleEditor'
import { RuleRow } from './RuleRow'
import { useRuleOrder } from './useRuleOrder'

const MANY = 200
const FIELDS = [
  ...['name', 'names', 'of_object', 'kind', 'active', 'order', 'only_on', 'version'],
  ...['condition', 'state', 'needs', 'effects', 'field', 'messages'],
]

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
  const rules = (data?.items ?? []) as Rule[]
  const why = useFaults()
  const refresh = useRefresh(meta, () => void refetch())
  const { move, said } = useRuleOrder(meta, rules, refresh)
  if (!object) return null
  const button = (
    <Button variant="filled" leftSection={<IconPlus size={14} />} onClick={() => setEdited(null)}>
      {t('rules.new')}
    </Button>
  )
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
      {rules.length > 1 && <p className={classes.hint}>{t('rules.orderHint')}</p>}
      <ul className={classes.rows}>
        {rules.map((rule) => (
          <RuleRow
            key={rule.id}
            {...{ meta, rule, refresh }}
            fault={why.get(rule.id)}
            move={rules.length > 1 ? move : null}
            onEdit={() => setEdited(rule)}
          />
        ))}
      </ul>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
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
