import { ActionIcon, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useContext, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changedQuery } from '@/api/past'
import { useMe } from '@/api/session'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { IconHistory, IconX } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { openSince } from './openSince'
import classes from './Past.module.css'
import { VisitContext } from './visit'

const NAMED = 3

/** One line on what others have changed since the reader was here last; nothing when they did not. */
export function VisitNote({ meta, record }: { meta: ObjectMeta; record: RecordData }) {
  const { t } = useTranslation()
  const me = useMe()
  const format = useFormat()
  const visit = useContext(VisitContext)
  const [hidden, setHidden] = useState(false)
  const [opened] = useState(record.updated_at)
  // What came while the page was open was seen as it came.
  const touched = Boolean(visit && typeof opened === 'string' && opened > visit)
  const { data } = useQuery({
    ...changedQuery(meta, record.id, visit ?? ''),
    enabled: touched,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const facts = (data?.facts ?? []).filter((fact) => fact.actor.id !== me.user.id)
  if (!visit || hidden || !facts.length) return null
  const names = [...new Set(facts.map((fact) => fact.actor.name))]
  const fields = facts.slice(0, NAMED).map((fact) => fact.label)
  const values = {
    count: facts.length,
    when: format.relative(visit),
    fields:
      facts.length > NAMED
        ? `${fields.join(format.locale === 'zh-CN' ? '、' : ', ')}…`
        : new Intl.ListFormat(format.locale, { type: 'conjunction' }).format(fields),
  }
  return (
    <p className={classes.note} role="status">
      <IconHistory size={15} aria-hidden />
      <span className="trunc">
        {names.length === 1 && names[0]
          ? t('past.visitNoteBy', { ...values, name: names[0] })
          : t('past.visitNote', values)}
      </span>
      <Button
        size="compact-xs"
        variant="subtle"
        onClick={() =>
          openSince({ meta, record, title: t('past.sinceTitle', { name: record.name }), visit })
        }
      >
        {t('past.show')}
      </Button>
      <ActionIcon size="sm" aria-label={t('past.hide')} onClick={() => setHidden(true)}>
        <IconX size={14} />
      </ActionIcon>
    </p>
  )
}
