import { SegmentedControl } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { setRequestLanguage } from '@/api/client'
import type { Locale } from '@/api/types'
import { setLocale } from '@/i18n'
import { LANGUAGES } from '@/modules/settings/appearance'
import { Notice } from '@/ui/Notice'
import { useDocumentTitle } from '@/ui/useDocumentTitle'
import classes from './Door.module.css'

interface Props {
  title: string
  hint: string
  failure: string | null
  children: ReactNode
}

/** The card in front of the door: sign-in and invitation. */
export function Door({ title, hint, failure, children }: Props) {
  const { t, i18n } = useTranslation()
  useDocumentTitle(title)
  const choose = (locale: string) => {
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
