import { UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accessQuery } from '@/api/sharing'
import type { ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { Failure } from '@/ui/Failure'
import { IconChevronDown } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import { PartSkeleton } from './PartSkeleton'
import classes from './Share.module.css'

const WAYS = [
  ...(['admin', 'all', 'own', 'department'] as const),
  // skip web-object-name: ways of seeing a record
  ...(['department_below', 'chosen', 'shared', 'rule', 'cascade'] as const),
]

/** Everybody who sees the record, and why; asked for when it is unfolded. */
export function WhoSees({ meta, id }: { meta: ObjectMeta; id: string }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <section className={classes.who}>
      <UnstyledButton
        className={classes.unfold}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <IconChevronDown size={14} aria-hidden data-open={open || undefined} />
        {t('record.shareWho')}
      </UnstyledButton>
      {open && <People meta={meta} id={id} />}
    </section>
  )
}

function People({ meta, id }: { meta: ObjectMeta; id: string }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(accessQuery(meta, id))
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <PartSkeleton />
  return (
    <>
      <ul className={classes.rows}>
        {data.people.map(({ person, role, ways, edit }) => (
          <li key={person.id} className={classes.row}>
            <Avatar name={person.name ?? ''} size={22} />
            <span className={classes.words}>
              <b className="trunc">{person.name}</b>
              <small className="dim3 trunc">{role}</small>
            </span>
            {WAYS.filter((way) => ways.includes(way)).map((way) => (
              <Tag key={way} colour={way === 'shared' ? 'indigo' : undefined}>
                {t(`record.shareWays.${way}`)}
              </Tag>
            ))}
            {edit && <Tag colour="green">{t('record.shareLevels.edit')}</Tag>}
          </li>
        ))}
      </ul>
      {data.more && <p className={classes.hint}>{t('record.shareMore')}</p>}
    </>
  )
}
