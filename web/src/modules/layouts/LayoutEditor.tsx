import { ActionIcon, Button, SegmentedControl, Switch, TextInput, Tooltip } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useBlocker } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Body } from '@/api/layouts'
import { previewLayout, type SeenLayout } from '@/api/layouts'
import type { RecordData } from '@/api/types'
import type { ObjectMeta, PagePlace } from '@/metadata/types'
import { confirm } from '@/ui/confirm'
import { IconArrowBackUp, IconArrowForwardUp, IconChevronLeft } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { toastError } from '@/ui/toast'
import { Audience } from './Audience'
import { listName } from './body'
import { Canvas } from './Canvas'
import { type Draft, draftOf } from './draft'
import classes from './Editor.module.css'
import { Preview } from './Preview'
import { useHistory } from './useHistory'
import { useSaveLayout } from './useSaveLayout'

interface Props {
  meta: ObjectMeta
  place: PagePlace
  /** Null: one that is made now, beginning with what `seen` holds. */
  record: RecordData | null
  name: string
  seen: SeenLayout
  onSaved: (record: RecordData) => void
  onReload: () => void
  onClose: () => void
}

/** Every list that belongs to the object stands in the draft, so that it can be moved and hidden. */
function complete(body: Body, seen: SeenLayout): Body {
  const named = new Set(body.related.map(listName))
  const shown = new Set(
    [...seen.page.related, ...seen.page.tabs.flatMap((tab) => tab.related)].map(listName),
  )
  const rest = seen.lists
    .filter((one) => !named.has(listName(one)))
    .map(({ object, field }) => {
      const hidden = !shown.has(listName({ object, field }))
      return { object, field, columns: [], hidden, tab: null }
    })
  return { ...body, related: [...body.related, ...rest] }
}

/** A layout while it is made: arranged or previewed, saved as a whole. */
export function LayoutEditor(props: Props) {
  const { meta, place, record, name, seen, onSaved, onReload, onClose } = props
  const { t } = useTranslation()
  const start = useMemo<Draft>(() => {
    const made = { name, active: true, roles: [], record_type: null }
    const body = complete(seen.body, seen)
    // What is made from the standard layout shows what that leaves out, until somebody decides.
    return record ? draftOf(record, body) : { ...made, body: { ...body, others: true } }
  }, [record, name, seen])
  const history = useHistory(start)
  const [mode, setMode] = useState('arrange')
  const { save, busy, failure, stale } = useSaveLayout(meta, place, record, onSaved)
  const draft = history.now
  const dirty = !record || draft !== start
  const set = (change: Partial<Draft>) => history.set((now) => ({ ...now, ...change }))
  useHotkeys([
    ['mod + Z', history.undo],
    ['mod + shift + Z', history.redo],
    ['mod + Y', history.redo],
  ])
  const sure = () =>
    confirm({
      title: t('layouts.back'),
      body: t('layouts.leaveHint'),
      yes: t('layouts.leave'),
      danger: true,
    })
  const changed = history.canUndo
  useBlocker({
    shouldBlockFn: async ({ current, next }) =>
      changed && current.pathname !== next.pathname && !(await sure()),
    enableBeforeUnload: changed,
  })
  const leave = async () => {
    if (!changed || (await sure())) onClose()
  }
  const reset = async () => {
    try {
      const { body } = await previewLayout(meta.object, { place, body: null })
      set({ body: complete(body, seen) })
    } catch (error) {
      toastError(error)
    }
  }
  const tool = (label: string, Sign: typeof IconArrowBackUp, run: () => void, on: boolean) => (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} disabled={!on} onClick={run}>
        <Sign size={16} />
      </ActionIcon>
    </Tooltip>
  )
  return (
    <div className={classes.editor}>
      <header className={classes.head}>
        {tool(t('layouts.back'), IconChevronLeft, () => void leave(), true)}
        <TextInput
          className="grow"
          aria-label={t('layouts.name')}
          maxLength={200}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        {tool(t('layouts.undo'), IconArrowBackUp, history.undo, history.canUndo)}
        {tool(t('layouts.redo'), IconArrowForwardUp, history.redo, history.canRedo)}
        <SegmentedControl
          size="xs"
          aria-label={t('layouts.mode')}
          data={[
            { value: 'arrange', label: t('layouts.arrange') },
            { value: 'preview', label: t('layouts.preview') },
          ]}
          value={mode}
          onChange={setMode}
        />
        <Button variant="filled" loading={busy} disabled={!dirty} onClick={() => void save(draft)}>
          {t('common.save')}
        </Button>
      </header>
      {failure && (
        <Notice kind="error" title={stale ? t('layouts.stale') : undefined}>
          {failure}
          {stale && (
            <Button size="compact-xs" variant="subtle" onClick={onReload}>
              {t('layouts.reload')}
            </Button>
          )}
        </Notice>
      )}
      <div className={classes.facts}>
        <Audience meta={meta} draft={draft} onChange={set} />
        <div className={classes.switches}>
          <Switch
            label={t('layouts.active')}
            checked={draft.active}
            onChange={(event) => set({ active: event.currentTarget.checked })}
          />
          <Switch
            label={t('layouts.others')}
            description={t(place === 'form' ? 'layouts.othersFormHint' : 'layouts.othersHint')}
            checked={draft.body.others}
            onChange={(event) => {
              const others = event.currentTarget.checked
              set({ body: { ...draft.body, others } })
            }}
          />
          <Button variant="subtle" onClick={() => void reset()}>
            {t('layouts.reset')}
          </Button>
        </div>
      </div>
      {mode === 'preview' ? (
        <Preview meta={meta} place={place} body={draft.body} />
      ) : (
        <Canvas
          meta={meta}
          place={place}
          seen={seen}
          body={draft.body}
          change={(step) =>
            history.set((now) => {
              const body = step(now.body)
              return body === now.body ? now : { ...now, body }
            })
          }
        />
      )}
    </div>
  )
}
