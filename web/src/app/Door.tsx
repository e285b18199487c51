import { Button, PasswordInput, type PasswordInputProps, SegmentedControl } from '@mantine/core'
import { type FormEventHandler, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { setRequestLanguage } from '@/api/client'
import { call } from '@/api/fixed'
import { keys } from '@/api/keys'
import { meQuery } from '@/api/session'
import type { Locale, Me } from '@/api/types'
import { currentLocale, setLocale } from '@/i18n'
import { LANGUAGES } from '@/modules/settings/appearance'
import { Notice } from '@/ui/Notice'
import { messageOf } from '@/ui/toast'
import { useDocumentTitle } from '@/ui/useDocumentTitle'
import classes from './Door.module.css'
import { queryClient } from './queryClient'

interface Props {
  title: string
  hint: string
  failure: string | null
  children: ReactNode
}

/** Whether the language at the door was asked for, or only guessed from the browser. */
let chosen = false

/**
 * Goes on in the language of the door when it was chosen there, and for a newcomer in any case: what
 * his account says is only what it was made with.
 */
async function keepLanguage() {
  const me = await queryClient.fetchQuery(meQuery)
  const locale = currentLocale()
  if (!me || me.locale === locale || !(chosen || !me.preferences.tour_done)) return
  chosen = false
  const kept: Me = await call('patch', '/auth/me', { body: { locale } })
  setRequestLanguage(locale)
  queryClient.setQueryData(keys.me, { ...me, locale: kept.locale })
}

/** The card in front of the door: sign-in and invitation. */
export function Door({ title, hint, failure, children }: Props) {
  const { t, i18n } = useTranslation()
  useDocumentTitle(title)
  const choose = (locale: string) => {
    chosen = true
    void setLocale(locale as Locale)
    setRequestLanguage(locale)
  }
  return (
    <main className={classes.door}>
      <div className={classes.card}>
        <img src="/icon.svg" width={40} height={40} alt="" />
        <h1>{title}</h1>
        <p>{hint}</p>
        {failure && <Notice kind="error">{failure}</Notice>}
        {children}
      </div>
      <SegmentedControl
        aria-label={t('shell.language')}
        value={i18n.language}
        data={LANGUAGES}
        onChange={choose}
      />
    </main>
  )
}

/** Lets in: sends, learns who one is now, then goes on; a refusal is explained. */
export function useEntering(explain: (error: unknown) => string = messageOf) {
  const [failure, setFailure] = useState<string | null>(null)
  const enter = async (send: () => Promise<unknown>, goOn: () => unknown) => {
    setFailure(null)
    try {
      await send()
      await queryClient.resetQueries({ queryKey: keys.me })
      await keepLanguage()
      await goOn()
    } catch (error) {
      setFailure(explain(error))
    }
  }
  return { failure, enter }
}

interface FormProps {
  action: string
  busy: boolean
  onSubmit: FormEventHandler<HTMLFormElement>
  children: ReactNode
}

/** The fields of the card, and its one button. */
export function DoorForm({ action, busy, onSubmit, children }: FormProps) {
  return (
    <form onSubmit={onSubmit} noValidate className={classes.form}>
      {children}
      <Button type="submit" variant="filled" size="sm" fullWidth mt="xs" loading={busy}>
        {action}
      </Button>
    </form>
  )
}

/** A password, new ones offered to the browser's keeper. */
export function DoorPassword({ fresh, ...props }: PasswordInputProps & { fresh?: boolean }) {
  return (
    <PasswordInput
      {...props}
      size="sm"
      autoComplete={fresh ? 'new-password' : 'current-password'}
    />
  )
}
