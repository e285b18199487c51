import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Viewing, viewingsQuery } from '@/api/rights'
import { Paged } from '@/records/record/Paged'
import { Avatar } from '@/ui/Avatar'
import { Empty } from '@/ui/Empty'
import { IconEye } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { useFormat } from '@/ui/useFormat'
import classes from './Settings.module.css'

/** When somebody saw the app as somebody else: as oneself, or as anybody. */
export function Viewings({ own = false }: { own?: boolean }) {
  const { t } = useTranslation()
  const query = useInfiniteQuery(viewingsQuery(own))
  return (
    <Section title={t(own ? 'rights.ownViewings' : 'rights.viewings')}>
      <p className={classes.hint}>{t(own ? 'rights.ownViewingsHint' : 'rights.viewingsHint')}</p>
      <Paged
        query={query}
        height={40}
        empty={
          <Empty icon={IconEye} title={t(own ? 'rights.noOwnViewings' : 'rights.noViewings')} />
        }
        more={t('settings.moreReads')}
      >
        {(items) => (
          <ul className={classes.rows}>
            {items.map((viewing) => (
              <Row key={viewing.id} viewing={viewing} own={own} />
            ))}
          </ul>
        )}
      </Paged>
    </Section>
  )
}

function Row({ viewing, own }: { viewing: Viewing; own: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const viewer = viewing.viewer.name ?? t('fields.hidden')
  const viewed = viewing.viewed.name ?? t('fields.hidden')
  const times = [viewing.started_at, viewing.ended_at].filter((at) => at !== null)
  return (
    <li className={classes.row}>
      <Avatar name={viewer} size={26} />
      <span className={classes.words}>
        <b className="trunc">{own ? viewer : t('rights.viewedAs', { viewer, viewed })}</b>
        <small>
          {times.map((at) => format.moment(at)).join(' – ')} · {viewing.ip}
        </small>
      </span>
      {viewing.lasts && <Tag colour="amber">{t('rights.lasts')}</Tag>}
    </li>
  )
}
