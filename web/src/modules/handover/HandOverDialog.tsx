import { Modal } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type HandOverResult, holdingsQuery, startHandOver } from '@/api/handover'
import { waitForJob } from '@/api/jobs'
import type { RecordData } from '@/api/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Failure } from '@/ui/Failure'
import { messageOf } from '@/ui/toast'
import { HandOverEnd } from './HandOverEnd'
import { HandOverForm } from './HandOverForm'
import type { Draft } from './plan'
import { planOf } from './plan'

interface Props {
  user: RecordData
  onClose: () => void
}

/** One screen for a user who leaves: what he holds, who gets it, and how far it has come. */
export default function HandOverDialog({ user, onClose }: Props) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(holdingsQuery(user.id))
  const client = useQueryClient()
  const [share, setShare] = useState<number | null>(null)
  const [result, setResult] = useState<HandOverResult | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const run = async (draft: Draft) => {
    setFailure(null)
    setShare(0)
    try {
      const { job } = await startHandOver(user.id, planOf(draft))
      const done = await waitForJob(job, setShare)
      setResult(done.result as unknown as HandOverResult)
      void client.invalidateQueries({ queryKey: ['records'] })
    } catch (problem) {
      setFailure(messageOf(problem))
    }
    setShare(null)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size={720}
      title={t('handover.title', { name: user.name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton height={36} />}
      {data && share === null && !result && (
        <HandOverForm
          holdings={data}
          failure={failure}
          onStart={(draft) => void run(draft)}
          onClose={onClose}
        />
      )}
      {(share !== null || result) && (
        <HandOverEnd share={share} result={result} onClose={onClose} />
      )}
    </Modal>
  )
}
