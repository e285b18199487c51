import { Drawer, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { explainQuery, type Verdict } from '@/api/timeline'
import type { ObjectMeta } from '@/metadata/types'
import { Failure } from '@/ui/Failure'
import { IconCheck, IconX } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import classes from './Explain.module.css'
import { PartSkeleton } from './PartSkeleton'

interface Props {
  meta: ObjectMeta
  id: string
  onClose: () => void
}

/** Why the reader sees this record, what he may do with it, and field by field what not. */
export function ExplainPanel({ meta, id, onClose }: Props) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(explainQuery(meta, id))
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={460}
      title={t('record.explainTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton />}
      {data && (
        <>
          <Answer title={t('record.explainRead')} verdict={data.read} />
          <Answer title={t('record.explainUpdate')} verdict={data.update} />
          <Answer title={t('record.explainDelete')} verdict={data.delete} />
          <h3 className={classes.heading}>{t('record.explainFields')}</h3>
          <Table className={classes.fields}>
            <Table.Tbody>
              {data.fields.map((field) => (
                <Table.Tr key={field.key}>
                  <Table.Th scope="row">{field.label}</Table.Th>
                  <Table.Td>
                    <FieldState field={field} />
                    <p>{field.reason}</p>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </Drawer>
  )
}

function Answer({ title, verdict }: { title: string; verdict: Verdict }) {
  const { t } = useTranslation()
  const Sign = verdict.allowed ? IconCheck : IconX
  return (
    <section className={classes.answer} data-allowed={verdict.allowed || undefined}>
      <Sign size={16} stroke={2} aria-hidden />
      <div>
        <h3>
          {title} · {verdict.allowed ? t('record.allowed') : t('record.refused')}
        </h3>
        <ul>
          {verdict.reasons.map((reason) => (
            <li key={reason.kind + reason.text}>{reason.text}</li>
          ))}
        </ul>
      </div>
    </section>
  )
}

function FieldState({ field }: { field: { read: boolean; edit: boolean; masked: boolean } }) {
  const { t } = useTranslation()
  if (field.masked) return <Tag colour="amber">{t('record.maskedField')}</Tag>
  if (field.edit) return <Tag colour="green">{t('record.canEdit')}</Tag>
  if (field.read) return <Tag>{t('record.canRead')}</Tag>
  return <Tag colour="red">{t('record.hidden')}</Tag>
}
