import { ActionBar, Button, Menu, UnstyledButton } from '@mantine/core'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BulkRequest, Count, ListParams, RecordData } from '@/api/types'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { confirm } from '@/ui/confirm'
import { IconDownload, IconPencil, IconTags, IconTrash, IconUserPlus } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { useMobile } from '@/ui/useMobile'
import { NOTHING, selectMatching } from '../grid/selection'
import type { Selection } from '../grid/types'
import { BulkPreview } from './BulkPreview'
import classes from './List.module.css'
import { useExport } from './useExport'
import { TAGS, useRunBulk } from './useRunBulk'

const BulkEdit = lazy(() => import('./BulkEdit'))

interface Props {
  meta: ObjectMeta
  params: ListParams
  count: Count | undefined
  order: RecordData[]
  selection: Selection
  setSelection: (selection: Selection) => void
}

/** What the selection means to the server: some ids, or everything the list's filter finds. */
function targetOf({ selection, params, count }: Props): BulkRequest {
  if (!selection.matching) return { ids: [...selection.ids] }
  const expected = count && !count.capped ? { expected_count: count.value } : {}
  return { filter: params.filter ?? { all: [] }, q: params.q, ...expected }
}

/** What can be done with the chosen records; every change can be undone. */
export function BulkBar(props: Props) {
  const { meta, params, count, order, selection, setSelection } = props
  const { t } = useTranslation()
  const format = useFormat()
  const mobile = useMobile()
  const run = useRunBulk(meta)
  const startExport = useExport(meta)
  const [editing, setEditing] = useState<string | null>(null)
  const clear = () => setSelection(NOTHING)
  const { rights } = meta
  const total = selection.matching ? (count?.value ?? order.length) : selection.ids.size
  const shown = `${format.number(total)}${selection.matching && count?.capped ? '+' : ''}`
  const opened = total > 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list, another selection
  useEffect(clear, [params])

  const apply = async (change: Partial<BulkRequest>) => {
    const done = await run({ ...targetOf(props), ...change })
    if (done) clear()
    return done
  }
  const remove = async () => {
    const sure = await confirm({
      title: t('list.deleteConfirm', { count: total }),
      body: (
        <>
          <BulkPreview meta={meta} target={targetOf(props)} deleting />
          {t('list.deleteHint')}
        </>
      ),
      yes: t('common.delete'),
      danger: true,
    })
    if (sure) await apply({ delete: true })
  }
  const canEdit = rights.update && rights.bulk
  const edit = (key: string) => canEdit && fieldOf(meta, key)?.editable
  const action = { variant: 'subtle', color: 'gray' } as const
  const all = !selection.matching && order.length > 0 && selection.ids.size >= order.length
  return (
    <>
      <ActionBar
        opened={opened}
        onClose={clear}
        closeOnEscape
        role="region"
        shadow="lg"
        radius={10}
        aria-label={t('list.selected', { count: total })}
        position={{ bottom: mobile ? 84 : 52, left: mobile ? 0 : 228, right: 0 }}
      >
        <b className={`num ${classes.chosen}`}>
          {t('list.selected', { count: total }).replace(String(total), shown)}
        </b>
        {all && count && count.value > selection.ids.size && (
          <UnstyledButton
            className={classes.matching}
            onClick={() => setSelection(selectMatching(order.map((row) => row.id)))}
          >
            {t('list.selectMatching', {
              total: `${format.number(count.value)}${count.capped ? '+' : ''}`,
            })}
          </UnstyledButton>
        )}
        <ActionBar.Divider />
        {canEdit && (
          <Button {...action} leftSection={<IconPencil size={15} />} onClick={() => setEditing('')}>
            {t('list.edit')}
          </Button>
        )}
        {edit('owner') && (
          <Button
            {...action}
            leftSection={<IconUserPlus size={15} />}
            onClick={() => setEditing('owner')}
          >
            {t('list.assign')}
          </Button>
        )}
        {edit(TAGS) && !mobile && (
          <Button {...action} leftSection={<IconTags size={15} />} onClick={() => setEditing(TAGS)}>
            {t('list.tag')}
          </Button>
        )}
        {rights.export && !mobile && (
          <Menu position="top">
            <Menu.Target>
              <Button {...action} leftSection={<IconDownload size={15} />}>
                {t('list.export')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown aria-label={t('list.exportFormat')}>
              {(['xlsx', 'csv', 'json'] as const).map((kind) => (
                <Menu.Item
                  key={kind}
                  onClick={() => void startExport(targetOf(props), params, kind)}
                >
                  {kind === 'xlsx' ? 'Excel (.xlsx)' : `${kind.toUpperCase()} (.${kind})`}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
        {rights.delete && rights.bulk && (
          <Button
            variant="subtle"
            color="red"
            leftSection={<IconTrash size={15} />}
            onClick={() => void remove()}
          >
            {t('common.delete')}
          </Button>
        )}
        <ActionBar.CloseButton aria-label={t('list.clearSelection')} />
      </ActionBar>
      {editing !== null && (
        <Suspense>
          {' '}
          <BulkEdit
            meta={meta}
            start={editing}
            total={total}
            target={targetOf(props)}
            onApply={apply}
            onClose={() => setEditing(null)}
          />
        </Suspense>
      )}
    </>
  )
}
