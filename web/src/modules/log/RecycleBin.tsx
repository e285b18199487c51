import { ActionIcon, Button } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refreshObject } from '@/api/cache'
import {
  type Belonging,
  bringBack,
  type Deleted,
  deletedDetail,
  purgeRecord,
  recycleBinQuery,
  recycleKey,
} from '@/api/log'
import { usePermission } from '@/api/session'
import { useObject } from '@/metadata/hooks'
import { Paged } from '@/records/record/Paged'
import { confirm } from '@/ui/confirm'
import { askDialog } from '@/ui/dialogs'
import { Empty } from '@/ui/Empty'
import { IconTrash } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { PageHead } from '@/ui/PageHead'
import { Time } from '@/ui/Time'
import { toast, toastError } from '@/ui/toast'
import classes from './Log.module.css'
import { ObjectSelect } from './ObjectSelect'
import { RestoreDialog } from './RestoreDialog'

/** Deleted records, the latest first; each comes back with one click. */
export default function RecycleBin() {
  const { t } = useTranslation()
  const [object, setObject] = useState<string>()
  const query = useInfiniteQuery(recycleBinQuery(object))
  return (
    <>
      <PageHead icon={IconTrash} title={t('shell.recycleBin')}>
        <ObjectSelect value={object} onChange={setObject} />
      </PageHead>
      <div className={classes.page}>
        <div className={classes.body}>
          <p className={classes.hint}>{t('log.binHint')}</p>
          <Paged
            query={query}
            height={44}
            empty={<Empty icon={IconTrash} title={t('log.binEmpty')} />}
            more={t('log.moreDeleted')}
          >
            {(items) => (
              <ul className={classes.list}>
                {items.map((item) => (
                  <Row key={item.id} item={item} />
                ))}
              </ul>
            )}
          </Paged>
        </div>
      </div>
    </>
  )
}

function Row({ item }: { item: Deleted }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const meta = useObject(item.object)
  const mayPurge = usePermission('purge')
  const [busy, setBusy] = useState(false)
  const run = async (deed: () => Promise<unknown>, said: string) => {
    setBusy(true)
    try {
      if ((await deed()) === false) return setBusy(false)
      toast(said)
      void client.invalidateQueries({ queryKey: recycleKey })
      refreshObject(client, item.object, { lists: true })
    } catch (error) {
      toastError(error)
      setBusy(false)
    }
  }
  const bringBackWith = async () => {
    const detail = await deletedDetail(item)
    const related = [...detail.above, ...detail.below]
    const others =
      related.length || detail.missing.length
        ? await askDialog<Belonging[] | null>(
            t('log.restoreTitle', { name: item.name }),
            null,
            (answer) => <RestoreDialog detail={detail} answer={answer} />,
          )
        : []
    if (!others) return false
    const { refused } = await bringBack(item, others)
    for (const one of others) refreshObject(client, one.object, { lists: true })
    if (refused.length) toast(refused.map((one) => one.message).join(' '))
    return true
  }
  const restore = () => run(bringBackWith, t('log.restored', { name: item.name }))
  const purge = async () => {
    const title = t('log.purgeConfirm', { name: item.name })
    const sure = { title, body: t('log.purgeHint'), yes: t('log.purge'), danger: true }
    if (!(await confirm(sure))) return
    await run(() => purgeRecord(item), t('log.purged', { name: item.name }))
  }
  const Sign = metadataIcon(meta?.icon)
  return (
    <li className={classes.item}>
      <div className={classes.row}>
        <span className={classes.sign}>
          <Sign size={15} stroke={1.7} aria-hidden />
        </span>
        <span className={classes.words}>
          <b>{item.name}</b> <span className="dim3">{meta?.label}</span>
          {item.deleted_by?.name && (
            <span className="dim3"> · {t('log.deletedBy', { name: item.deleted_by.name })}</span>
          )}
        </span>
        <Time at={item.deleted_at} />
        <Button size="compact-xs" variant="light" loading={busy} onClick={() => void restore()}>
          {t('log.restore')}
        </Button>
        {mayPurge && (
          <ActionIcon aria-label={`${t('log.purge')}: ${item.name}`} onClick={() => void purge()}>
            <IconTrash size={15} />
          </ActionIcon>
        )}
      </div>
    </li>
  )
}
