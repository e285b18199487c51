import { ActionIcon } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sharesQuery } from '@/api/sharing'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { IconUserPlus } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import classes from './Share.module.css'
import { ShareDialog } from './ShareDialog'

interface Props {
  meta: ObjectMeta
  record: RecordData
}

/** Who works on the record beside its owner, each with a part; nothing where nobody does. */
export function Team({ meta, record }: Props) {
  const { t } = useTranslation()
  const { data } = useQuery({ ...sharesQuery(meta, record.id), staleTime: 30_000 })
  const [open, setOpen] = useState(false)
  const members = data?.shares.filter(({ over }) => !over) ?? []
  if (!members.length) return null
  return (
    <div className={classes.team}>
      <Section
        title={t('rights.team')}
        action={
          data?.may_share && (
            <ActionIcon aria-label={t('rights.editTeam')} onClick={() => setOpen(true)}>
              <IconUserPlus size={15} />
            </ActionIcon>
          )
        }
      >
        <ul className={classes.rows}>
          {members.map(({ with: holder, level, part }) => {
            const name = holder.name ?? t('fields.hidden')
            return (
              <li key={holder.id} className={classes.row}>
                <Avatar name={name} size={24} square={holder.object !== 'user'} />
                <span className={classes.words}>
                  <b className="trunc">{name}</b>
                  <small className="dim3 trunc">
                    {part ?? t(`record.shareHolders.${holder.object as 'user'}`)}
                  </small>
                </span>
                <Tag>{t(`record.shareLevels.${level}`)}</Tag>
              </li>
            )
          })}
        </ul>
        {open && <ShareDialog meta={meta} record={record} onClose={() => setOpen(false)} />}
      </Section>
    </div>
  )
}
