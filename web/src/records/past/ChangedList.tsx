import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ChangedRecord, changedListQuery } from '@/api/past'
import type { FilterNode } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { Empty } from '@/ui/Empty'
import { IconHistory } from '@/ui/icons'
import { Time } from '@/ui/Time'
import { useFormat } from '@/ui/useFormat'
import { Paged } from '../record/Paged'
import { Facts } from './Facts'
import classes from './Past.module.css'
import { StartPicker } from './StartPicker'
import { type Start, startOf } from './starts'

interface Props {
  meta: ObjectMeta
  filter: FilterNode | undefined
  q: string | undefined
  onLeave: () => void
}

/** The records of a list that were changed since a moment of one's choice, with what has changed. */
export default function ChangedList({ meta, filter, q, onLeave }: Props) {
  const { t } = useTranslation()
  const { timezone } = useFormat()
  const [start, setStart] = useState<Start>('week')
  const [day, setDay] = useState<string>()
  const since = startOf(start, { timezone, day })
  const query = useInfiniteQuery({
    ...changedListQuery(meta, { since: since ?? '', filter, q }),
    enabled: Boolean(since),
  })
  return (
    <div className={classes.panel}>
      <StartPicker start={start} day={day} visited={false} onStart={setStart} onDay={setDay} />
      {since && (
        <Paged
          query={query}
          empty={
            <Empty icon={IconHistory} title={t('past.nothing')} hint={t('past.nothingHint')} />
          }
          more={t('past.olderChanged')}
        >
          {(items) => (
            <ul className={classes.changedList}>
              {items.map((item) => (
                <Item key={item.record.id} meta={meta} item={item} onLeave={onLeave} />
              ))}
            </ul>
          )}
        </Paged>
      )}
    </div>
  )
}

interface ItemProps {
  meta: ObjectMeta
  item: ChangedRecord
  onLeave: () => void
}
function Item({ meta, item, onLeave }: ItemProps) {
  const { t } = useTranslation()
  const people = item.people.map(({ actor }) => actor.name || t('record.systemUser'))
  return (
    <li className={classes.changedItem}>
      <div className={classes.changedHead}>
        <Link
          to="/$path/$id"
          params={{ path: meta.path, id: item.record.id }}
          className="link trunc"
          onClick={onLeave}
        >
          <b>{item.record.name}</b>
        </Link>
        <span className="dim3 trunc">
          {[...people, item.created ? t('past.createdThen') : ''].filter(Boolean).join(' · ')}
        </span>
        <Time at={item.at} />
      </div>
      <Facts meta={meta} facts={item.facts} />
    </li>
  )
}
