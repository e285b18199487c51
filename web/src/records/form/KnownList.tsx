import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { askOwner, type Known, knownQuery } from '@/api/known'
import { findObject, pathOf, useObjects } from '@/metadata/hooks'
import { Avatar } from '@/ui/Avatar'
import { Failure } from '@/ui/Failure'
import { Notice } from '@/ui/Notice'
import { Tag } from '@/ui/Tag'
import { useFormat } from '@/ui/useFormat'
import { PartSkeleton } from '../record/PartSkeleton'
import classes from './known.module.css'

interface Props {
  text: string
  onOpen?: () => void
}

/** What a name, number or address belongs to; of others' records no more than whose they are. */
export function KnownList({ text, onOpen }: Props) {
  const { t } = useTranslation()
  const { data, error, isPending, refetch } = useQuery(knownQuery(text))
  if (!text.trim()) return null
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (isPending) return <PartSkeleton height={48} />
  return (
    <section aria-label={t('known.title')} aria-live="polite">
      {data.items.length === 0 && (
        <Notice kind="info" title={t('known.none', { text })}>
          {!data.more && <p className={classes.hint}>{t('known.noneHint')}</p>}
        </Notice>
      )}
      <ul className={classes.list}>
        {data.items.map((item, index) => (
          <Row key={item.id ?? item.ask ?? index} item={item} onOpen={onOpen} />
        ))}
      </ul>
      {data.more && <p className={classes.hint}>{t('known.more')}</p>}
    </section>
  )
}

function Row({ item, onOpen }: { item: Known; onOpen?: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const objects = useObjects()
  const whose = [item.owner, item.department].filter(Boolean).join(' · ')
  return (
    <li>
      <Avatar name={item.name} size={28} square />
      <div className={classes.facts}>
        <span className={classes.name}>
          {item.id ? (
            <Link
              to="/$path/$id"
              params={{ path: pathOf(objects, item.object), id: item.id }}
              className="link trunc"
              onClick={onOpen}
            >
              {item.name}
            </Link>
          ) : (
            <span className="trunc">{item.name}</span>
          )}
          <Tag>{findObject(objects, item.object)?.label ?? item.object}</Tag>
          {item.state && <Tag dot>{item.state}</Tag>}
        </span>
        <span className="dim">
          {[whose || t('known.nobody'), t('known.since', { day: format.day(item.since) })].join(
            ' · ',
          )}
        </span>
        <span className="dim3">
          {t(item.exact ? 'known.same' : 'known.close', {
            fields: new Intl.ListFormat(format.locale, { type: 'conjunction' }).format(
              item.matched_on,
            ),
          })}
        </span>
      </div>
      {item.ask && <Ask ask={item.ask} owner={item.owner ?? ''} />}
    </li>
  )
}

function Ask({ ask, owner }: { ask: string; owner: string }) {
  const { t } = useTranslation()
  const asking = useMutation({ mutationFn: () => askOwner(ask) })
  if (asking.isSuccess) return <span className="dim">{t('known.asked', { owner })}</span>
  return (
    <Button loading={asking.isPending} onClick={() => asking.mutate()}>
      {asking.isError ? t('common.retry') : t('known.ask')}
    </Button>
  )
}
