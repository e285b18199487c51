import { ActionIcon, Menu } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDeleteView, useSaveView } from '@/api/queries'
import type { SavedView } from '@/api/types'
import { confirm } from '@/ui/confirm'
import {
  IconArrowLeft,
  IconArrowRight,
  IconCheck,
  IconChevronDown,
  IconCopy,
  IconPencil,
  IconPin,
  IconPinnedOff,
  IconTrash,
} from '@/ui/icons'
import { toastError } from '@/ui/toast'
import type { ListState, View } from './useListState'
import type { useViewOrder } from './useViewOrder'

const SaveViewDialog = lazy(() => import('./SaveViewDialog'))

interface Props {
  view: View
  state: ListState
  /** The reader may change it. */
  own: boolean
  step: ReturnType<typeof useViewOrder>['step']
  onDuplicate: () => void
}

/** What can be done with the view that is open; what it shows is saved elsewhere. */
export function ViewMenu({ view, state, own, step, onDuplicate }: Props) {
  const { t } = useTranslation()
  const { mutateAsync: save } = useSaveView()
  const { mutate: remove } = useDeleteView()
  const [renaming, setRenaming] = useState(false)
  const saved = own ? view.saved : null
  const left = saved && step(view.id, -1)
  const right = saved && step(view.id, 1)
  const change = (part: Partial<SavedView>) => save({ id: view.id, ...part })
  const confirmDelete = async () => {
    const sure = await confirm({
      title: t('list.deleteView'),
      body: t('list.deleteViewConfirm', { name: view.name }),
      yes: t('common.delete'),
      danger: true,
    })
    if (sure) remove(view.id, { onSuccess: state.reset, onError: toastError })
  }
  const item = (label: string, Sign: typeof IconPin, run: () => void, colour?: string) => (
    <Menu.Item color={colour} leftSection={<Sign size={14} />} onClick={run}>
      {label}
    </Menu.Item>
  )
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon size={22} aria-label={t('list.viewMenu', { name: view.name })}>
            <IconChevronDown size={13} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {saved && item(t('list.renameView'), IconPencil, () => setRenaming(true))}
          {item(t('list.duplicateView'), IconCopy, onDuplicate)}
          {state.isDefault ? (
            <Menu.Item leftSection={<IconCheck size={14} />} disabled>
              {t('list.isDefaultView')}
            </Menu.Item>
          ) : (
            item(t('list.makeDefaultView'), IconCheck, state.makeDefault)
          )}
          {saved &&
            item(
              saved.pinned ? t('list.unpinView') : t('list.pinView'),
              saved.pinned ? IconPinnedOff : IconPin,
              () => void change({ pinned: !saved.pinned }).catch(toastError),
            )}
          {left && item(t('list.moveLeft'), IconArrowLeft, left)}
          {right && item(t('list.moveRight'), IconArrowRight, right)}
          {saved && item(t('list.deleteView'), IconTrash, () => void confirmDelete(), 'red')}
        </Menu.Dropdown>
      </Menu>
      {renaming && saved && (
        <Suspense>
          <SaveViewDialog
            title={t('list.renameView')}
            start={saved}
            onClose={() => setRenaming(false)}
            onSave={change}
          />
        </Suspense>
      )}
    </>
  )
}
