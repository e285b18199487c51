import { Button, Group, SegmentedControl, Switch, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Holdings, handOverPreviewQuery } from '@/api/handover'
import { Notice } from '@/ui/Notice'
import { messageOf } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import classes from './HandOver.module.css'
import { HandOverObjects } from './HandOverObjects'
import { People } from './People'
import { type Draft, EMPTY, planOf } from './plan'

const SPLITS = ['turn', 'department'] as const

interface Props {
  holdings: Holdings
  failure: string | null
  onStart: (draft: Draft) => void
  onClose: () => void
}

/** Who gets what; beneath it stands at all times how much that would be. */
export function HandOverForm({ holdings, failure, onStart, onClose }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [draft, setDraft] = useState<Draft>(EMPTY)
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }))
  const chosen = draft.to.length > 0
  const { data: preview, error } = useQuery({
    ...handOverPreviewQuery(holdings.user.id, planOf({ ...draft, message: '' })),
    enabled: chosen,
    placeholderData: (before) => before,
  })
  const blind = new Map<string, string[]>()
  for (const { user, label } of (chosen && preview?.blind) || []) {
    blind.set(user.name ?? '', [...(blind.get(user.name ?? '') ?? []), label])
  }
  const total = chosen ? preview?.total : undefined
  const toggle = (key: 'finished' | 'shares' | 'views' | 'deactivate', label: string) => (
    <Switch
      label={label}
      checked={draft[key]}
      onChange={(event) => set({ [key]: event.currentTarget.checked })}
    />
  )
  return (
    <div className={classes.form}>
      <p className={classes.hint}>{t('handover.hint')}</p>
      <People
        label={t('handover.to')}
        value={draft.to}
        onChange={(to) => set({ to })}
        without={holdings.user.id}
      />
      {draft.to.length > 1 && (
        <div>
          <SegmentedControl
            aria-label={t('handover.split')}
            value={draft.split}
            onChange={(split) => set({ split: split as Draft['split'] })}
            data={SPLITS.map((value) => ({ value, label: t(`handover.splits.${value}`) }))}
          />
          <p className={classes.hint}>{t(`handover.splitHint.${draft.split}`)}</p>
        </div>
      )}
      {holdings.objects.length === 0 && <p className="dim">{t('handover.nothing')}</p>}
      {holdings.objects.length > 0 && (
        <HandOverObjects holdings={holdings} draft={draft} onChange={(ways) => set({ ways })} />
      )}
      <div className={classes.switches}>
        {holdings.objects.some((one) => one.unfinished !== null) &&
          toggle('finished', t('handover.finished'))}
        {holdings.shares > 0 && toggle('shares', t('handover.shares', { count: holdings.shares }))}
        {holdings.views > 0 && toggle('views', t('handover.views', { count: holdings.views }))}
        {holdings.active && toggle('deactivate', t('handover.deactivate'))}
      </div>
      {holdings.jobs > 0 && (
        <Notice kind="info">{t('handover.jobs', { count: holdings.jobs })}</Notice>
      )}
      <Textarea
        autosize
        minRows={2}
        maxLength={500}
        label={t('handover.message')}
        description={t('handover.messageHint')}
        value={draft.message}
        onChange={(event) => set({ message: event.currentTarget.value })}
      />
      {[...blind].map(([name, objects]) => (
        <Notice key={name} kind="warning">
          {t('handover.blind', {
            name,
            objects: new Intl.ListFormat(format.locale, { type: 'conjunction' }).format(objects),
          })}
        </Notice>
      ))}
      {(failure || error) && <Notice kind="error">{failure ?? messageOf(error)}</Notice>}
      <Group justify="space-between" className={classes.foot}>
        <span className="dim" role="status">
          {chosen
            ? total !== undefined && t('handover.total', { count: total })
            : t('handover.choose')}
        </span>
        <Group gap="xs">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            variant="filled"
            disabled={!chosen || Boolean(error)}
            onClick={() => onStart(draft)}
          >
            {t('handover.start')}
          </Button>
        </Group>
      </Group>
    </div>
  )
}
