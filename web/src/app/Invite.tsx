import { Button, PasswordInput, Skeleton } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/client'
import { keys } from '@/api/keys'
import { messageOf } from '@/ui/toast'
import { Door } from './Door'
import { queryClient } from './queryClient'

const route = getRouteApi('/invite/$token')
const SHORTEST = 10

/** A new colleague chooses his password and is signed in. */
export default function Invite() {
  const { t } = useTranslation()
  const { token } = route.useParams()
  const navigate = useNavigate()
  const [failure, setFailure] = useState<string | null>(null)
  const path = `/auth/invitations/${encodeURIComponent(token)}`
  const { data, error } = useQuery({
    queryKey: ['invitation', token],
    retry: false,
    queryFn: () => request<{ email: string; name: string }>('GET', path, { anonymous: true }),
  })
  const form = useForm({
    initialValues: { password: '', repeat: '' },
    validate: {
      password: (value) =>
        value.length < SHORTEST ? t('shell.invite.tooShort', { count: SHORTEST }) : null,
      repeat: (value, all) => (value === all.password ? null : t('shell.invite.mismatch')),
    },
  })
  const submit = form.onSubmit(async ({ password }) => {
    setFailure(null)
    try {
      await request('POST', path, { body: { password }, anonymous: true })
      await queryClient.resetQueries({ queryKey: keys.me })
      await navigate({ to: '/' })
    } catch (refused) {
      setFailure(messageOf(refused))
    }
  })
  const hint = data ? t('shell.invite.hint', data) : ''
  return (
    <Door
      title={t('shell.invite.title')}
      hint={hint}
      failure={error ? t('shell.invite.invalid') : failure}
    >
      {!data && !error && <Skeleton height={140} />}
      {data && (
        <form onSubmit={submit} noValidate>
          <input type="hidden" autoComplete="username" value={data.email} readOnly />
          <PasswordInput
            {...form.getInputProps('password')}
            size="sm"
            autoComplete="new-password"
            label={t('shell.invite.password')}
            mb="sm"
          />
          <PasswordInput
            {...form.getInputProps('repeat')}
            size="sm"
            autoComplete="new-password"
            label={t('shell.invite.repeat')}
            mb="lg"
          />
          <Button type="submit" variant="filled" size="sm" fullWidth loading={form.submitting}>
            {t('shell.invite.submit')}
          </Button>
        </form>
      )}
    </Door>
  )
}
