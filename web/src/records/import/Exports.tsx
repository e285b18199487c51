import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Export, exportsQuery } from '@/api/exports'
import { useObject } from '@/metadata/hooks'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconDownload, IconFileSpreadsheet } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { Time } from '@/ui/Time'
import { useFormat } from '@/ui/useFormat'
import { PartSkeleton } from '../record/PartSkeleton'
import { STATE_COLOURS } from './History'
import classes from './Import.module.css'

/** One's latest exports, each with its file. */
export function Exports() {
  const { t } = useTranslation()
  const { data, error } = useQuery(exportsQuery)
  if (error) return <Failure error={error} />
  return (
    <Section title={t('imports.exports')}>
      {!data && <PartSkeleton height={36} />}
      {data && !data.items.length && <Empty icon={IconDownload} title={t('imports.noExports')} />}
      <ul className={classes.rows}>
        {data?.items.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </ul>
    </Section>
  )
}

function Row({ item }: { item: Export }) {
  const { t } = useTranslation()
  const format = useFormat()
  const meta = useObject(item.object)
  return (
    <li className={classes.row}>
      <IconFileSpreadsheet size={18} stroke={1.5} aria-hidden />
      <span className={classes.words}>
        <b>{meta?.label_plural ?? item.object}</b>
        <small>
          {item.format.toUpperCase()} · {format.number(item.processed)}
        </small>
      </span>
      <Tag colour={STATE_COLOURS[item.state]}>{t(`imports.states.${item.state}`)}</Tag>
      <Time at={item.at} />
      {item.url && (
        <Button component="a" href={item.url} download leftSection={<IconDownload size={14} />}>
          {t('imports.download')}
        </Button>
      )}
    </li>
  )
}
