import { TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { signIn } from '@/api/session'
import { messageOf } from '@/ui/toast'
import { Door, DoorForm, DoorPassword, useEntering } from './Door'

const route = getRouteApi('/login')

export default function SignIn() {
  const { t } = useTranslation()
  const { next } = route.useSearch()
  const router = useRouter()
  const { failure, enter } = useEntering((error) => {
    if (isApiError(error, 'invalid_credentials')) return t('shell.signIn.invalid')
    if (!isApiError(error, 'locked_out')) return messageOf(error)
    return t('shell.signIn.locked', { seconds: String(error.retryAfter ?? 60) })
  })
  const required = (value: string) => (value.trim() ? null : t('shell.signIn.required'))
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: { email: required, password: required },
  })
  const submit = form.onSubmit(({ email, password }) =>
    enter(
      () => signIn(email.trim(), password),
      () => router.history.push(next ?? '/'),
    ),
  )
  return (
    <Door title={t('shell.signIn.welcome')} hint={t('shell.signIn.hint')} failure={failure}>
      <DoorForm action={t('shell.signIn.submit')} busy={form.submitting} onSubmit={submit}>
        <TextInput
          {...form.getInputProps('email')}
          size="sm"
          type="email"
          autoComplete="username"
          autoFocus
          label={t('shell.signIn.email')}
        />
        <DoorPassword {...form.getInputProps('password')} label={t('shell.signIn.password')} />
      </DoorForm>
    </Door>
  )
}
