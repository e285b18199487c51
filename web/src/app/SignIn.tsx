import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { keys } from '@/api/keys'
import { signIn } from '@/api/session'
import { messageOf } from '@/ui/toast'
import { Door } from './Door'
import { queryClient } from './queryClient'

const route = getRouteApi('/login')

export default function SignIn() {
  const { t } = useTranslation()
  const { next } = route.useSearch()
  const router = useRouter()
  const [failure, setFailure] = useState<string | null>(null)
  const required = (value: string) => (value.trim() ? null : t('shell.signIn.required'))
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: { email: required, password: required },
  })
  const submit = form.onSubmit(async ({ email, password }) => {
    setFailure(null)
    try {
      await signIn(email.trim(), password)
      await queryClient.resetQueries({ queryKey: keys.me })
      router.history.push(next ?? '/')
    } catch (error) {
      if (isApiError(error, 'invalid_credentials')) setFailure(t('shell.signIn.invalid'))
      else if (isApiError(error, 'locked_out')) {
        setFailure(t('shell.signIn.locked', { seconds: String(error.retryAfter ?? 60) }))
      } else setFailure(messageOf(error))
    }
  })
  return (
    <Door title={t('shell.signIn.welcome')} hint={t('shell.signIn.hint')} failure={failure}>
      <form onSubmit={submit} noValidate>
        <TextInput
          {...form.getInputProps('email')}
          size="sm"
          type="email"
          autoComplete="username"
          autoFocus
          label={t('shell.signIn.email')}
          mb="sm"
        />
        <PasswordInput
          {...form.getInputProps('password')}
          size="sm"
          autoComplete="current-password"
          label={t('shell.signIn.password')}
          mb="lg"
        />
        <Button type="submit" variant="filled" size="sm" fullWidth loading={form.submitting}>
          {t('shell.signIn.submit')}
        </Button>
      </form>
    </Door>
  )
}
