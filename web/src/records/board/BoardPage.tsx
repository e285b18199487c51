import { ActionIcon, Button, Select } from '@mantine/core'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWatch } from '@/api/live'
import type { ListParams } from '@/api/types'
import { boardFields } from '@/fields/grouping'
import { noStep, useSteps } from '@/fields/steps'
import type { ObjectMeta } from '@/metadata/types'
import { Failure } from '@/ui/Failure'
import { IconAdjustmentsHorizontal } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { NotFound } from '@/ui/NotFound'
import { PageHead } from '@/ui/PageHead'
import { useMobile } from '@/ui/useMobile'
import { CreateButton } from '../form/CreateButton'
import { FilterBar } from '../list/FilterBar'
import { ListViewSwitch } from '../list/ListViewSwitch'
import { SavedViews } from '../list/SavedViews'
import { useListState } from '../list/useListState'
import { useRouteObject } from '../useRouteObject'
import classes from './Board.module.css'
import { BoardOutline } from './BoardOutline'

const BoardSettings = lazy(() => import('./BoardSettings'))
// Dragging comes with the columns, while the stages are asked for.
const Columns = lazy(() => import('./Columns'))

export default function BoardPage() {
  const meta = useRouteObject()
  if (!meta || !boardFields(meta).length) return <NotFound />
  return <Board key={meta.object} meta={meta} />
}

/** The records of an object in the columns of its state, or of any of its choices. */
function Board({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const mobile = useMobile()
  const state = useListState(meta, 'board')
  const fields = boardFields(meta)
  const field = fields.find(({ key }) => key === state.board?.field) ?? fields[0]!
  const { steps: found, pending, error } = useSteps(field, meta.object)
  const steps = useMemo(
    () => (field.target || field.required ? found : [...found, noStep(t('list.noValue'))]),
    [field, found, t],
  )
  const [setting, setSetting] = useState(false)
  const groups = useMemo(() => {
    const found = new Map(steps.flatMap(({ group }) => (group ? [[group.id, group.name]] : [])))
    return [...found].map(([value, label]) => ({ value: value!, label: label! }))
  }, [steps])
  const [chosen, setChosen] = useState<string | null>(null)
  const group = chosen ?? groups[0]?.value
  const shown = useMemo(
    () => steps.filter((step) => !step.group || step.group.id === group),
    [steps, group],
  )
  const { sent, sort, q } = state
  const params = useMemo(
    (): ListParams => ({ filter: sent, sort, q: q || undefined }),
    [sent, sort, q],
  )
  useWatch(meta, '*')
  return (
    <>
      <PageHead
        icon={metadataIcon(meta.icon)}
        title={meta.label_plural}
        extra={<ListViewSwitch meta={meta} current="board" />}
      >
        {groups.length > 1 && (
          <Select
            aria-label={t('board.choose')}
            w={mobile ? 120 : 180}
            data={groups}
            value={group ?? null}
            allowDeselect={false}
            onChange={setChosen}
          />
        )}
        <SettingsButton narrow={mobile} open={() => setSetting(true)} />
        <CreateButton meta={meta} />
      </PageHead>
      <SavedViews meta={meta} state={state} kind="board" />
      <FilterBar meta={meta} state={state} mobile />
      {!field.editable && (
        <p className={classes.hint}>
          {steps.some((step) => step.action) ? t('board.byAction') : t('board.byItself')}
        </p>
      )}
      {error && <Failure error={error} />}
      {pending && <BoardOutline />}
      {!pending && (
        <Suspense fallback={<BoardOutline />}>
          <Columns meta={meta} field={field} steps={shown} params={params} state={state} />
        </Suspense>
      )}
      {setting && (
        <Suspense>
          <BoardSettings
            {...{ meta, fields, field, state }}
            steps={shown}
            onClose={() => setSetting(false)}
          />
        </Suspense>
      )}
    </>
  )
}

/** On a phone its sign alone, where the words would push the help to a line of its own. */
function SettingsButton({ narrow, open }: { narrow: boolean; open: () => void }) {
  const { t } = useTranslation()
  if (narrow) {
    return (
      <ActionIcon size={36} aria-label={t('board.settings')} onClick={open}>
        <IconAdjustmentsHorizontal size={18} />
      </ActionIcon>
    )
  }
  return (
    <Button
      variant="subtle"
      color="gray"
      leftSection={<IconAdjustmentsHorizontal size={14} />}
      onClick={open}
    >
      {t('board.settings')}
    </Button>
  )
}
