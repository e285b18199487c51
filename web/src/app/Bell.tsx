import { ActionIcon, Button, Indicator, Popover, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { notificationsQuery, useReadNotifications } from '@/api/queries'
import type { Notification } from '@/api/types'
import { pathOf, useObjects } from '@/metadata/hooks'
import { Avatar } from '@/ui/Avatar'
import { Empty } from '@/ui/Empty'
import { IconBell } from '@/ui/icons'
import { NoticeText } from '@/ui/NoticeText'
import { Time } from '@/ui/Time'
import classes from './Bell.module.css'

/** Mentions, assignments and due tasks; a click leads to the record and marks it read. */
export function Bell() {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const { data, isPending } = useQuery(notificationsQuery)
  const { mutate: read } = useReadNotifications()
  const navigate = useNavigate()
  const objects = useObjects()
  const unread = data?.unread ?? 0
  const open = (item: Notification) => {
    setOpened(false)
    if (!item.read) read([item.id])
    const { record } = item
    if (!record) return
    const path = pathOf(objects, record.object)
    void navigate({ to: '/$path/$id', params: { path, id: record.id } })
  }
  return (
    <Popover opened={opened} onChange={setOpened} width={360} position="bottom-start" trapFocus>
      <Indicator disabled={!unread} label={unread > 99 ? '99+' : unread} size={15} offset={5}>
        <Popover.Target>
          <ActionIcon
            aria-label={t('shell.bell.open', { count: unread })}
            onClick={() => setOpened(!opened)}
          >
            <IconBell size={16} stroke={1.7} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0} aria-label={t('shell.bell.title')}>
        <header className={classes.head}>
          <b>{t('shell.bell.title')}</b>
          <Button variant="subtle" size="compact-xs" disabled={!unread} onClick={() => read('all')}>
            {t('shell.bell.readAll')}
          </Button>
        </header>
        {isPending && <Skeleton height={54} m={10} width="auto" />}
        {data && !data.items.length && (
          <Empty icon={IconBell} title={t('shell.bell.empty')} hint={t('shell.bell.emptyHint')} />
        )}
        <ul className={classes.list}>
          {data?.items.map((item) => (
            <li key={item.id}>
              <button
                type="button"
                data-unread={!item.read || undefined}
                onClick={() => open(item)}
              >
                <Avatar name={item.actor?.name ?? item.record?.name ?? '·'} size={24} />
                <span className={classes.text}>
                  <span>
                    <NoticeText notice={item} />
                  </span>
                  {item.record && <b className="trunc">{item.record.name}</b>}
                </span>
                <Time at={item.at} />
                {!item.read && <span className="sr">{t('shell.bell.unread')}</span>}
              </button>
            </li>
          ))}
        </ul>
        <Link to="/notifications" className={classes.all} onClick={() => setOpened(false)}>
          {t('record.showAll')}
        </Link>
      </Popover.Dropdown>
    </Popover>
  )
}
