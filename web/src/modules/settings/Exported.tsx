import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Exported as Entry, exportLogQuery } from '@/api/sharing'
import { Paged } from '@/records/record/Paged'
import { Avatar } from '@/ui/Avatar'
import { Empty } from '@/ui/Empty'
import { IconDownload } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { Time } from '@/ui/Time'
import { useFormat } from '@/ui/useFormat'
import classes from './Settings.module.css'

/** The register of exports: who took what out, by which filter, how much. */
export function Exported() {
  const { t } = useTranslation()
  const query = useInfiniteQuery(exportLogQuery)
  return (
    <Section title={t('imports.registerTitle')}>
      <p className={classes.hint}>{t('imports.registerHint')}</p>
      <Paged
        query={query}
        height={40}
        empty={<Empty icon={IconDownload} title={t('imports.noRegister')} />}
        more={t('settings.moreReads')}
      >
        {(items) => (
          <ul className={classes.rows}>
            {items.map((entry) => (
              <Row key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
      </Paged>
    </Section>
  )
}

function Row({ entry }: { entry: Entry }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { conditions, fields, q, source } = entry
  const told = conditions.map(({ field, op, value }) =>
    [field, t(`fields.ops.${op}`, op), value].filter(Boolean).join(' '),
  )
  const by = [q && `“${q}”`, ...told].filter(Boolean)
  const facts = [
    by.length ? by.join(', ') : t('imports.unfiltered'),
    fields && t('imports.columnsTaken', { fields: fields.join(', ') }),
    entry.format.toUpperCase(),
    source === 'cli' && t('imports.onCommandLine'),
    source === 'api' && 'API',
  ].filter(Boolean)
  return (
    <li className={classes.row}>
      <Avatar name={entry.user.name ?? ''} size={26} />
      <span className={classes.words}>
        <b className="trunc">
          {entry.user.name ?? t('fields.hidden')} · {entry.label} · {format.number(entry.count)}
        </b>
        <small>{facts.join(' · ')}</small>
      </span>
      {entry.state === 'failed' && <Tag colour="red">{t('imports.unfinished')}</Tag>}
      <Time at={entry.at} />
    </li>
  )
}
