import { Button, PasswordInput, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changePassword, endSession, type Session, sessionsQuery } from '@/api/account'
import { isApiError } from '@/api/errors'
import { useMe } from '@/api/session'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { IconDeviceDesktop } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { Time } from '@/ui/Time'
import { messageOf, toast, toastError } from '@/ui/toast'
import classes from './Settings.module.css'
import { Viewings } from './Viewings'

export default function Security() {
  // What is secret to a person is not shown to who sees the app as him.
  const own = !useMe().viewing
  return (
    <>
      {own && <Password />}
      {own && <Sessions />}
      <Viewings own />
    </>
  )
}

function Password() {
  const { t } = useTranslation()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setErrors({})
    setFailure(null)
    setBusy(true)
    try {
      await changePassword(current, next)
      setCurrent('')
      setNext('')
      toast(t('settings.passwordChanged'))
    } catch (error) {
      const fields = isApiError(error) ? error.fields : {}
      setErrors(fields)
      if (!fields.current && !fields.new) setFailure(messageOf(error))
    }
    setBusy(false)
  }
  return (
    <Section title={t('settings.password')}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm" maw={340}>
          {failure && <Notice kind="error">{failure}</Notice>}
          <PasswordInput
            label={t('settings.current')}
            autoComplete="current-password"
            value={current}
            error={errors.current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('settings.newPassword')}
            autoComplete="new-password"
            value={next}
            error={errors.new}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="filled"
            loading={busy}
            disabled={!current || !next}
            style={{ alignSelf: 'flex-start' }}
          >
            {t('settings.change')}
          </Button>
        </Stack>
      </form>
    </Section>
  )
}

const BROWSERS = /(Edg|Firefox|Chrome|Safari|MicroMessenger|wxwork)\/?([\d]*)/
const SYSTEMS = /(Windows|Macintosh|Android|iPhone|iPad|Linux)/
const deviceOf = (agent: string) =>
  [BROWSERS.exec(agent)?.[1], SYSTEMS.exec(agent)?.[1]].filter(Boolean).join(' · ') || agent

function Sessions() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data } = useQuery(sessionsQuery)
  const end = async (session: Session) => {
    try {
      await endSession(session.id)
      toast(t('settings.revoked'))
      await client.invalidateQueries({ queryKey: sessionsQuery.queryKey })
    } catch (error) {
      toastError(error)
    }
  }
  return (
    <Section title={t('settings.sessions')}>
      <p className={classes.hint}>{t('settings.sessionsHint')}</p>
      {!data && <PartSkeleton height={40} />}
      <ul className={classes.rows}>
        {data?.items.map((session) => {
          const device = deviceOf(session.user_agent)
          return (
            <li key={session.id} className={classes.row}>
              <IconDeviceDesktop size={18} stroke={1.6} aria-hidden />
              <span className={classes.words}>
                <b className="trunc">{device}</b>
                <small>
                  {session.ip} · {t('settings.lastSeen')} <Time at={session.last_seen_at} />
                </small>
              </span>
              {session.current ? (
                <Tag colour="green">{t('settings.thisDevice')}</Tag>
              ) : (
                <Button
                  aria-label={t('settings.revokeName', { name: device })}
                  onClick={() => void end(session)}
                >
                  {t('settings.revoke')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
