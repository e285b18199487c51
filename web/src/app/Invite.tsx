import { Skeleton } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { call } from '@/api/fixed'
import { Door, DoorForm, DoorPassword, useEntering } from './Door'

const route = getRouteApi('/invite/$token')
const SHORTEST = 10

/** A new colleague chooses his password and is signed in. */
export default function Invite() {
  const { t } = useTranslation()
  const { token } = route.useParams()
  const navigate = useNavigate()
  const { failure, enter } = useEntering()
  const { data, error } = useQuery({
    queryKey: ['invitation', token],
    retry: false,
    queryFn: (): Promise<{ email: string; name: string }> =>
      call('get', '/auth/invitations/{token}', { params: { token }, anonymous: true }),
  })
  const form = useForm({
    initialValues: { password: '', repeat: '' },
    validate: {
      password: (value) =>
        value.length < SHORTEST ? t('shell.invite.tooShort', { count: SHORTEST }) : null,
      repeat: (value, all) => (value === all.password ? null : t('shell.invite.mismatch')),
    },
  })
  const submit = form.onSubmit(({ password }) =>
    enter(
      () =>
        call('post', '/auth/invitations/{token}', {
          params: { token },
          body: { password },
          anonymous: true,
        }),
      () => navigate({ to: '/' }),
    ),
  )
  const hint = data ? t('shell.invite.hint', data) : ''
  return (
    <Door
      title={t('shell.invite.title')}
      hint={hint}
      failure={error ? t('shell.invite.invalid') : failure}
    >
      {!data && !error && <Skeleton height={140} />}
      {data && (
        <DoorForm action={t('shell.invite.submit')} busy={form.submitting} onSubmit={submit}>
          <input type="hidden" autoComplete="username" value={data.email} readOnly />
          <DoorPassword
            {...form.getInputProps('password')}
            fresh
            label={t('shell.invite.password')}
          />
          <DoorPassword {...form.getInputProps('repeat')} fresh label={t('shell.invite.repeat')} />
        </DoorForm>
      )}
    </Door>
  )
}
