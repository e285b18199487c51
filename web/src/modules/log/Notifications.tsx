import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { allNotificationsQuery } from '@/api/log'
import { useReadNotifications } from '@/api/queries'
import type { Notification } from '@/api/types'
import { pathOf, useObjects } from '@/metadata/hooks'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Avatar } from '@/ui/Avatar'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconBell } from '@/ui/icons'
import { NoticeText } from '@/ui/NoticeText'
import { PageHead } from '@/ui/PageHead'
import { Time } from '@/ui/Time'
import classes from './Log.module.css'

/** All notifications; a click marks one as read and leads to its record. */
export default function Notifications() {
  const { t } = useTranslation()
  const objects = useObjects()
  const navigate = useNavigate()
  const { mutate: read } = useReadNotifications()
  const query = useInfiniteQuery(allNotificationsQuery)
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  const open = ({ id, read: known, record }: Notification) => {
    if (!known) read([id])
    if (!record) return
    const path = pathOf(objects, record.object)
    void navigate({ to: '/$path/$id', params: { path, id: record.id } })
  }
  return (
    <>
      <PageHead icon={IconBell} title={t('log.notifications')}>
        <Button disabled={!items.some((item) => !item.read)} onClick={() => read('all')}>
          {t('shell.bell.readAll')}
        </Button>
      </PageHead>
      <div className={classes.page}>
        <div className={classes.body}>
          {query.isPending && <PartSkeleton height={44} />}
          {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
          {query.data && !items.length && (
            <Empty icon={IconBell} title={t('shell.bell.empty')} hint={t('shell.bell.emptyHint')} />
          )}
          {items.length > 0 && (
            <ul className={classes.list}>
              {items.map((item) => (
                <li key={item.id} className={classes.item}>
                  <button
                    type="button"
                    className={classes.row}
                    data-unread={!item.read || undefined}
                    onClick={() => open(item)}
                  >
                    <Avatar name={item.actor?.name ?? item.record?.name ?? '·'} size={26} />
                    <span className={classes.words}>
                      <NoticeText notice={item} /> <b>{item.record?.name}</b>
                    </span>
                    <Time at={item.at} />
                    {!item.read && <span className="sr">{t('shell.bell.unread')}</span>}
                  </button>
                </li>
              ))}
            </ul>
          )}
          {query.hasNextPage && (
            <Button fullWidth variant="subtle" onClick={() => void query.fetchNextPage()}>
              {t('record.moreEntries')}
            </Button>
          )}
        </div>
      </div>
    </>
  )
}
