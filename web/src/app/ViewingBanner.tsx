import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stopViewing } from '@/api/rights'
import { useMe } from '@/api/session'
import { IconEye } from '@/ui/icons'
import { toastError } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import classes from './Viewing.module.css'

/** Stands above everything while an administrator sees the app as somebody else. */
export function ViewingBanner() {
  const { t } = useTranslation()
  const format = useFormat()
  const { user, viewing } = useMe()
  const [busy, setBusy] = useState(false)
  const until = viewing?.until
  useEffect(() => {
    if (!until) return
    // The server is the one to end it; the screen follows, so that nobody takes it for his own.
    // Asked again and again, since a machine that sleeps does not count on.
    const end = new Date(until).getTime() + 1000
    const timer = setInterval(() => Date.now() > end && window.location.assign('/'), 1000)
    return () => clearInterval(timer)
  }, [until])
  if (!viewing) return null
  const stop = async () => {
    setBusy(true)
    try {
      await stopViewing()
    } catch (error) {
      setBusy(false)
      toastError(error)
    }
  }
  return (
    <div className={classes.banner} role="status">
      <IconEye size={16} stroke={1.8} aria-hidden />
      <span className={classes.words}>
        {t('rights.viewingAs', { name: user.name })}{' '}
        <small>{t('rights.viewingUntil', { time: format.moment(viewing.until) })}</small>
      </span>
      <Button size="xs" loading={busy} onClick={() => void stop()}>
        {t('rights.stopViewing')}
      </Button>
    </div>
  )
}
