import { UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FieldCell } from '@/fields/Field'
import { fieldOf, useObject } from '@/metadata/hooks'
import type { EntryProps } from '@/records/record/parts'
import { Avatar } from '@/ui/Avatar'
import { spokenMentions } from '@/ui/mentions'
import { Time } from '@/ui/Time'
import classes from './Activity.module.css'
import { RichText } from './RichText'

const LONG = 320
const plain = (text: string) => spokenMentions(text).replaceAll('*', '')

/** A note, call or meeting in the timeline; a long text is folded. */
export function ActivityEntry({ entry }: EntryProps) {
  const { t } = useTranslation()
  const { record } = entry
  const meta = useObject('activity')
  const kind = fieldOf(meta, 'kind')
  const [open, setOpen] = useState(false)
  const body = typeof record.body === 'string' ? record.body : ''
  const subject = String(record.subject ?? record.name)
  // A subject made from the first line of the text would say the same twice.
  const repeated = plain(body).startsWith(subject.replace(/…$/, ''))
  const folded = body.length > LONG && !open
  return (
    <>
      <header className={classes.head}>
        {kind && <FieldCell field={kind} value={record.kind} />}
        {!repeated && <b className="trunc">{subject}</b>}
        <span className="grow" />
        <Time at={String(record.at ?? entry.at)} />
      </header>
      {body && <RichText text={folded ? `${body.slice(0, LONG)}…` : body} />}
      {body.length > LONG && (
        <UnstyledButton className={classes.more} onClick={() => setOpen(!open)}>
          {open ? t('activity.showLess') : t('activity.showMore')}
        </UnstyledButton>
      )}
      {entry.actor?.name && (
        <footer className={classes.by}>
          <Avatar name={entry.actor.name} size={17} />
          {entry.actor.name}
        </footer>
      )}
    </>
  )
}
