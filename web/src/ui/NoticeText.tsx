import { useTranslation } from 'react-i18next'
import type { Notification } from '@/api/types'

/** What a notification tells, before the name of its record: who did what, or what has come due. */
export function NoticeText({ notice }: { notice: Notification }) {
  const { t } = useTranslation()
  const { kind, actor, record } = notice
  // A task's own name says nothing twice.
  const text = notice.text === record?.name ? '' : notice.text
  if (kind === 'asked') return text
  const what = actor
    ? t(`shell.bell.by.${kind}`, { who: actor.name })
    : t(`shell.bell.kinds.${kind}`)
  return (
    <>
      <span className="dim">{what}</span> {text}
    </>
  )
}
