import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSaveView } from '@/api/queries'
import type { SavedView } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { IconLock, IconPlus } from '@/ui/icons'
import { toast, toastError } from '@/ui/toast'
import { VIEW_PAGES } from '../pages'
import classes from './List.module.css'
import type { ListState } from './useListState'
import { useViewOrder } from './useViewOrder'
import { ViewMenu } from './ViewMenu'
import { ViewTab } from './ViewTab'

const SaveViewDialog = lazy(() => import('./SaveViewDialog'))

interface Props {
  meta: ObjectMeta
  state: ListState
  kind?: SavedView['kind']
}

/** The views of a list as tabs; a changed one offers to save, to save under a name, to go back. */
export function SavedViews({ meta, state, kind = 'list' }: Props) {
  const { t } = useTranslation()
  const { mutateAsync: save } = useSaveView()
  const [naming, setNaming] = useState<Partial<SavedView> | null>(null)
  const { view, views, config, dirty, reset } = state
  const order = useViewOrder(
    meta.object,
    views.flatMap(({ saved }) => saved ?? []),
  )
  const own = order.isOwn(view.id)
  const overwrite = async () => {
    if (!view.saved) return setNaming({})
    try {
      await save({ id: view.saved.id, config })
      reset()
      toast(t('list.viewSaved'))
    } catch (error) {
      toastError(error)
    }
  }
  return (
    <div className={classes.tabs}>
      <nav aria-label={t('list.views')}>
        {views.map((one) => (
          <ViewTab
            key={one.id}
            view={one}
            path={meta.path}
            to={VIEW_PAGES[kind]}
            current={one.id === view.id}
            movable={order.isOwn(one.id)}
            onMove={(...moved) => void order.move(...moved)}
          />
        ))}
      </nav>
      <ViewMenu
        view={view}
        state={state}
        own={own}
        step={order.step}
        onDuplicate={() =>
          setNaming({ ...view.saved, name: t('list.copyOf', { name: view.name }) })
        }
      />
      <ActionIcon aria-label={t('list.saveAs')} onClick={() => setNaming({})}>
        <IconPlus size={15} />
      </ActionIcon>
      {view.saved?.left_out && (
        <Tooltip label={t('list.leftOut')}>
          <span className="dim" role="img" aria-label={t('list.leftOut')}>
            <IconLock size={14} aria-hidden />
          </span>
        </Tooltip>
      )}
      {dirty && (
        <span className={classes.dirty}>
          {own && (
            <Button variant="light" onClick={() => void overwrite()}>
              {t('list.save')}
            </Button>
          )}
          <Button variant={own ? 'subtle' : 'light'} onClick={() => setNaming({})}>
            {t('list.saveAs')}
          </Button>
          <Button variant="subtle" color="gray" onClick={reset}>
            {t('list.reset')}
          </Button>
        </span>
      )}
      {naming && (
        <Suspense>
          <SaveViewDialog
            title={t('list.saveAs')}
            start={naming}
            onClose={() => setNaming(null)}
            onSave={async (named) => {
              const made = await save({
                ...named,
                object: meta.object,
                kind,
                config,
                position: order.next,
              })
              reset()
              state.set({ view: made.id, filter: undefined, sort: undefined })
            }}
          />
        </Suspense>
      )}
    </div>
  )
}
