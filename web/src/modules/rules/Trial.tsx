import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/fixed'
import { Notice } from '@/ui/Notice'
import { useFormat } from '@/ui/useFormat'
import type { bodyOf } from './draft'

interface Props {
  body: ReturnType<typeof bodyOf>
  onFailed: (error: unknown) => void
}

/** Tells, before it is saved, how many of the records that are there a rule would refuse. */
export function Trial({ body, onFailed }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const asked = JSON.stringify(body)
  const [found, setFound] = useState<{ asked: string; failing: number; of: number } | null>(null)
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    onFailed(null)
    try {
      const told = await call('post', '/rules/try', { body: JSON.parse(asked) })
      setFound({ ...told, asked })
    } catch (error) {
      onFailed(error)
    } finally {
      setBusy(false)
    }
  }
  const told = found?.asked === asked ? found : null
  const numbers = told && { failing: format.number(told.failing), of: format.number(told.of) }
  return (
    <div>
      <Button variant="light" loading={busy} onClick={() => void run()}>
        {t('rules.try')}
      </Button>
      {told && (
        <Notice kind={told.failing ? 'warning' : 'info'}>
          {t(told.failing ? 'rules.tried' : 'rules.triedGood', numbers ?? {})}
        </Notice>
      )}
    </div>
  )
}
