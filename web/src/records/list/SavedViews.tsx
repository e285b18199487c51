import { ActionIcon, Button, Menu } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDeleteView, useSaveView } from '@/api/queries'
import type { SavedView } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { confirm } from '@/ui/confirm'
import {
  IconArrowLeft,
  IconArrowRight,
  IconChevronDown,
  IconPencil,
  IconPin,
  IconPinnedOff,
  IconPlus,
  IconShare,
  IconTrash,
} from '@/ui/icons'
import { toast, toastError } from '@/ui/toast'
import classes from './List.module.css'
import type { ListState } from './useListState'
import { useViewOrder } from './useViewOrder'
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
  const [naming, setNaming] = useState(false)
  const { view, views, config, dirty, reset } = state
  const order = useViewOrder(
    meta.object,
    views.flatMap(({ saved }) => saved ?? []),
  )
  const own = order.isOwn(view.id)
  const overwrite = async () => {
    if (!view.saved) return setNaming(true)
    try {
      await save({ id: view.saved.id, config })
      reset()
      toast(t('list.viewSaved'))
    } catch (error) {
      toastError(error)
    }
  }
  const to = kind === 'board' ? '/$path/board' : '/$path'
  return (
    <div className={classes.tabs}>
      <nav aria-label={t('list.views')}>
        {views.map((one) => (
          <ViewTab
            key={one.id}
            view={one}
            path={meta.path}
            to={to}
            current={one.id === view.id}
            movable={order.isOwn(one.id)}
            onMove={(...moved) => void order.move(...moved)}
          />
        ))}
      </nav>
      {view.saved && own && <ViewMenu view={view.saved} step={order.step} onGone={reset} />}
      <ActionIcon aria-label={t('list.saveAs')} onClick={() => setNaming(true)}>
        <IconPlus size={15} />
      </ActionIcon>
      {dirty && (
        <span className={classes.dirty}>
          {own && (
            <Button variant="light" onClick={() => void overwrite()}>
              {t('list.save')}
            </Button>
          )}
          <Button variant={own ? 'subtle' : 'light'} onClick={() => setNaming(true)}>
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
            onClose={() => setNaming(false)}
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

interface MenuProps {
  view: SavedView
  step: ReturnType<typeof useViewOrder>['step']
  onGone: () => void
}

function ViewMenu({ view, step, onGone }: MenuProps) {
  const { t } = useTranslation()
  const left = step(view.id, -1)
  const right = step(view.id, 1)
  const { mutate: save } = useSaveView()
  const { mutate: remove } = useDeleteView()
  const [renaming, setRenaming] = useState(false)
  const change = (part: Partial<SavedView>) =>
    save({ id: view.id, ...part }, { onError: toastError })
  const confirmDelete = async () => {
    const sure = await confirm({
      title: t('list.deleteView'),
      body: t('list.deleteViewConfirm', { name: view.name }),
      yes: t('common.delete'),
      danger: true,
    })
    if (sure) remove(view.id, { onSuccess: onGone, onError: toastError })
  }
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon size={22} aria-label={t('list.viewMenu', { name: view.name })}>
            <IconChevronDown size={13} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={14} />} onClick={() => setRenaming(true)}>
            {t('list.renameView')}
          </Menu.Item>
          <Menu.Item
            leftSection={view.pinned ? <IconPinnedOff size={14} /> : <IconPin size={14} />}
            onClick={() => change({ pinned: !view.pinned })}
          >
            {view.pinned ? t('list.unpinView') : t('list.pinView')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconShare size={14} />}
            onClick={() => change({ shared: !view.shared })}
          >
            {view.shared ? t('list.unshareView') : t('list.shareView')}
          </Menu.Item>
          {left && (
            <Menu.Item leftSection={<IconArrowLeft size={14} />} onClick={left}>
              {t('list.moveLeft')}
            </Menu.Item>
          )}
          {right && (
            <Menu.Item leftSection={<IconArrowRight size={14} />} onClick={right}>
              {t('list.moveRight')}
            </Menu.Item>
          )}
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={14} />}
            onClick={() => void confirmDelete()}
          >
            {t('list.deleteView')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {renaming && (
        <Suspense>
          <SaveViewDialog
            start={view}
            onClose={() => setRenaming(false)}
            onSave={async (named) => change(named)}
          />
        </Suspense>
      )}
    </>
  )
}
