import { useInfiniteQuery } from '@tanstack/react-query'
import { Link as RouterLink } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type Looked, readLogQuery } from '@/api/sharing'
import { useObject } from '@/metadata/hooks'
import { Paged } from '@/records/record/Paged'
import { Avatar } from '@/ui/Avatar'
import { Empty } from '@/ui/Empty'
import { IconEye } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { Time } from '@/ui/Time'
import { Exported } from './Exported'
import classes from './Settings.module.css'
import { Viewings } from './Viewings'

/** The registers: who looked at what is masked to him, took records out, saw the app as somebody. */
export default function ReadLog() {
  return (
    <>
      <Reads />
      <Exported />
      <Viewings />
    </>
  )
}

function Reads() {
  const { t } = useTranslation()
  const query = useInfiniteQuery(readLogQuery)
  return (
    <Section title={t('settings.readsTitle')}>
      <p className={classes.hint}>{t('settings.readsHint')}</p>
      <Paged
        query={query}
        height={40}
        empty={<Empty icon={IconEye} title={t('settings.noReads')} />}
        more={t('settings.moreReads')}
      >
        {(items) => (
          <ul className={classes.rows}>
            {items.map((look) => (
              <Row key={look.id} look={look} />
            ))}
          </ul>
        )}
      </Paged>
    </Section>
  )
}

function Row({ look }: { look: Looked }) {
  const { t } = useTranslation()
  const meta = useObject(look.record.object)
  const { name } = look.record
  return (
    <li className={classes.row}>
      <Avatar name={look.user.name ?? ''} size={26} />
      <span className={classes.words}>
        <b className="trunc">{look.user.name ?? t('fields.hidden')}</b>
        <small>
          {meta?.label}{' '}
          {meta && name ? (
            <RouterLink
              to="/$path/$id"
              params={{ path: meta.path, id: look.record.id }}
              className="link"
            >
              {name}
            </RouterLink>
          ) : (
            (name ?? look.record.id)
          )}{' '}
          · {look.label}
        </small>
      </span>
      <Time at={look.at} />
    </li>
  )
}
