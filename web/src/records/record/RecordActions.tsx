import { ActionIcon, Button, Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDeleteRecord, useRestoreRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { confirm } from '@/ui/confirm'
import { IconCopy, IconDots, IconHelpCircle, IconTrash, IconUserPlus } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { toast, toastError, toastUndo } from '@/ui/toast'
import { useMobile } from '@/ui/useMobile'
import { PastItems } from '../past/PastItems'
import { ExplainPanel } from './ExplainPanel'
import { PrintMenu } from './PrintMenu'
import { ShareDialog } from './ShareDialog'
import { useAct } from './useAct'
import { useActions } from './useActions'

interface Props {
  meta: ObjectMeta
  record: RecordData
}

/** The primary actions that fit the record's state, as buttons. */
export function PrimaryActions({ meta, record, wide }: Props & { wide?: boolean }) {
  const act = useAct(meta)
  const buttons = useActions(meta, record).filter((action) => action.primary)
  return buttons.map((action) => {
    const Sign = metadataIcon(action.icon)
    return (
      <Button
        key={action.key}
        variant="filled"
        size={wide ? 'md' : undefined}
        fz={wide ? 'md' : undefined}
        leftSection={<Sign size={wide ? 17 : 14} aria-hidden />}
        onClick={() => void act(record, action)}
      >
        {action.label}
      </Button>
    )
  })
}

/** What can be done with a record: its primary actions as buttons (on a phone below the head), all
 * else in the menu. */
export function RecordActions({ meta, record }: Props) {
  const { t } = useTranslation()
  const mobile = useMobile()
  const actions = useActions(meta, record)
  const act = useAct(meta)
  const [explained, setExplained] = useState(false)
  const [sharing, setSharing] = useState(false)
  const confirmDelete = useConfirmDelete(meta, record)
  const inMenu = actions.filter((action) => !action.primary)
  const copy = async () => {
    await navigator.clipboard.writeText(window.location.href)
    toast(t('common.copied'))
  }
  return (
    <>
      {!mobile && <PrimaryActions meta={meta} record={record} />}
      {meta.document && <PrintMenu meta={meta} record={record} />}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={t('record.actions')}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {inMenu.map((action) => {
            const Sign = metadataIcon(action.icon)
            return (
              <Menu.Item
                key={action.key}
                color={action.dangerous ? 'red' : undefined}
                leftSection={<Sign size={15} />}
                onClick={() => void act(record, action)}
              >
                {action.label}
              </Menu.Item>
            )
          })}
          {inMenu.length > 0 && <Menu.Divider />}
          {meta.rights.share && (
            <Menu.Item leftSection={<IconUserPlus size={15} />} onClick={() => setSharing(true)}>
              {t('record.share')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconHelpCircle size={15} />} onClick={() => setExplained(true)}>
            {t('record.explain')}
          </Menu.Item>
          <PastItems meta={meta} record={record} />
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void copy()}>
            {t('record.copyLink')}
          </Menu.Item>
          {meta.rights.delete && (
            <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={confirmDelete}>
              {t('common.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {sharing && <ShareDialog meta={meta} record={record} onClose={() => setSharing(false)} />}
      {explained && <ExplainPanel meta={meta} id={record.id} onClose={() => setExplained(false)} />}
    </>
  )
}

function useConfirmDelete(meta: ObjectMeta, record: RecordData) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { mutateAsync: remove } = useDeleteRecord(meta)
  const { mutateAsync: restore } = useRestoreRecord(meta)
  const run = async () => {
    try {
      await navigate({ to: '/$path', params: { path: meta.path } })
      await remove(record)
      toastUndo(t('common.deletedName', { name: record.name }), () => restore(record.id))
    } catch (error) {
      toastError(error)
      // it is still there, and so is what has to be done first
      await navigate({ to: '/$path/$id', params: { path: meta.path, id: record.id } })
    }
  }
  return async () => {
    const sure = await confirm({
      title: t('record.deleteConfirm', { name: record.name }),
      body: t('record.deleteHint'),
      yes: t('common.delete'),
      danger: true,
    })
    if (sure) await run()
  }
}
