import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { historyQuery, type SettingChange } from '@/api/configuring'
import { Paged } from '@/records/record/Paged'
import { Empty } from '@/ui/Empty'
import { IconHistory } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import classes from './Configuring.module.css'

const WAYS = {
  create: ['goes', 'red'],
  restore: ['goes', 'red'],
  update: ['back', 'blue'],
  delete: ['returns', 'green'],
  purge: ['back', 'gray'],
} as const

/** The settings of one step, a line each, by what taking them back does to them. */
export function SettingLines({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useInfiniteQuery(historyQuery({ change_set: id }))
  return (
    <div className={classes.all}>
      <Paged
        query={query}
        height={32}
        empty={<Empty icon={IconHistory} title={t('configuring.noChanges')} />}
        more={t('configuring.moreOfStep')}
      >
        {(lines) => (
          <ul className={classes.lines}>
            {lines.map((line) => (
              <Line key={line.id} line={line} />
            ))}
          </ul>
        )}
      </Paged>
    </div>
  )
}

function Line({ line }: { line: SettingChange }) {
  const { t } = useTranslation()
  const [way, colour] = WAYS[line.verb as keyof typeof WAYS] ?? WAYS.update
  const name = line.record.name === line.kind_label ? '' : line.record.name
  return (
    <li>
      <Tag colour={colour}>{t(`configuring.ways.${way}`)}</Tag>
      {name && <b>{name}</b>}
      <small>{[line.kind_label, line.about].filter(Boolean).join(' · ')}</small>
    </li>
  )
}
