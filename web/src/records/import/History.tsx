import { UnstyledButton } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Import, importsQuery } from '@/api/imports'
import { useObject } from '@/metadata/hooks'
import { IconFileSpreadsheet } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { Time } from '@/ui/Time'
import { useFormat } from '@/ui/useFormat'
import { PartSkeleton } from '../record/PartSkeleton'
import classes from './Import.module.css'
import { Result } from './Result'

export const STATE_COLOURS = {
  waiting: 'gray',
  running: 'blue',
  done: 'green',
  failed: 'red',
  cancelled: 'gray',
} as const

/** Past imports; a click shows what one did. */
export function History() {
  const { t } = useTranslation()
  const { data } = useQuery(importsQuery)
  const [open, setOpen] = useState<string | null>(null)
  const client = useQueryClient()
  const started = (id: string) => {
    setOpen(id)
    void client.invalidateQueries({ queryKey: importsQuery.queryKey, exact: true })
  }
  return (
    <Section title={t('imports.history')}>
      {!data && <PartSkeleton height={36} />}
      {data && !data.items.length && <p className={classes.hint}>{t('imports.noHistory')}</p>}
      <ul className={classes.rows}>
        {data?.items
          .filter(({ of }) => !of)
          .map((item) => (
            <li key={item.id}>
              <Row
                item={item}
                open={open === item.id}
                onOpen={() => setOpen(open === item.id ? null : item.id)}
              />
              {open === item.id && (
                <Result
                  id={item.id}
                  onBack={() => setOpen(null)}
                  onAnother={() => setOpen(null)}
                  onStarted={started}
                />
              )}
            </li>
          ))}
      </ul>
    </Section>
  )
}

function Row({ item, open, onOpen }: { item: Import; open: boolean; onOpen: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const meta = useObject(item.object)
  const done = item.created + item.updated
  return (
    <UnstyledButton className={classes.row} aria-expanded={open} onClick={onOpen}>
      <IconFileSpreadsheet size={18} stroke={1.5} aria-hidden />
      <span className={classes.words}>
        <b className="trunc">{item.file_name}</b>
        <small>
          {meta?.label_plural} · {format.number(done)} /{' '}
          {format.number(item.total ?? item.processed)}
        </small>
      </span>
      {item.dry_run && <Tag>{t('imports.dryRun')}</Tag>}
      {item.failed > 0 && (
        <Tag colour="amber">
          {t('imports.failed')} {format.number(item.failed)}
        </Tag>
      )}
      <Tag colour={STATE_COLOURS[item.state]}>{t(`imports.states.${item.state}`)}</Tag>
      <Time at={item.at} />
    </UnstyledButton>
  )
}
