import { Button, Group, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Share, type SharesOf, sharesQuery, useShare } from '@/api/sharing'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { Failure } from '@/ui/Failure'
import { Notice } from '@/ui/Notice'
import { messageOf, toast } from '@/ui/toast'
import { AddShare } from './AddShare'
import { PartSkeleton } from './PartSkeleton'
import classes from './Share.module.css'
import { ShareRow } from './ShareRow'
import { WhoSees } from './WhoSees'

interface Props {
  meta: ObjectMeta
  record: RecordData
  onClose: () => void
}

/** With whom this record is shared, how far and how long; and who sees it already. */
export function ShareDialog({ meta, record, onClose }: Props) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery({ ...sharesQuery(meta, record.id), staleTime: 0 })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('record.shareTitle', { name: record.name })}
      size={600}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton />}
      {data && <Sharing key={data.version} meta={meta} id={record.id} data={data} />}
      {data?.may_share && <WhoSees meta={meta} id={record.id} />}
    </Modal>
  )
}

function Sharing({ meta, id, data }: { meta: ObjectMeta; id: string; data: SharesOf }) {
  const { t } = useTranslation()
  const [shares, setShares] = useState(data.shares)
  const [failure, setFailure] = useState<string | null>(null)
  const { mutateAsync, isPending } = useShare(meta, id)
  const dirty = JSON.stringify(shares) !== JSON.stringify(data.shares)
  const change = (at: number, next: Share | null) =>
    setShares((now) => (next ? now.with(at, next) : now.filter((_, index) => index !== at)))
  const save = async () => {
    setFailure(null)
    try {
      await mutateAsync({ shares, version: data.version })
      toast(t('record.shareSaved'))
    } catch (error) {
      setFailure(messageOf(error))
    }
  }
  return (
    <>
      <p className={classes.hint}>
        {t(data.may_share ? 'record.shareHint' : 'record.shareMayNot')}
      </p>
      {data.may_share && (
        <AddShare
          taken={shares.map((share) => share.with.id)}
          onAdd={(share) => setShares((now) => [...now, share])}
        />
      )}
      {shares.length === 0 && <p className={classes.none}>{t('record.shareNone')}</p>}
      <ul className={classes.rows} aria-label={t('record.shareWith')}>
        {shares.map((share, at) => (
          <ShareRow
            key={share.with.id}
            share={share}
            fixed={!data.may_share}
            onChange={(next) => change(at, next)}
          />
        ))}
      </ul>
      {failure && <Notice kind="error">{failure}</Notice>}
      {data.may_share && (
        <Group justify="flex-end" mt="sm">
          <Button
            variant="filled"
            disabled={!dirty}
            loading={isPending}
            onClick={() => void save()}
          >
            {t('record.shareSave')}
          </Button>
        </Group>
      )}
    </>
  )
}
