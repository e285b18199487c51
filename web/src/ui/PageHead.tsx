import type { ReactNode } from 'react'
import { HelpButton } from './HelpButton'
import type { Icon } from './icons'
import { useDocumentTitle } from './useDocumentTitle'

interface Props {
  icon?: Icon
  title: string
  /** Beside the title: switches, counts. */
  extra?: ReactNode
  /** At the end: actions. */
  children?: ReactNode
}

/** The head every page begins with: its one h1, and the window's title. */
export function PageHead({ icon: Sign, title, extra, children }: Props) {
  useDocumentTitle(title)
  return (
    <header className="page-head">
      <h1>
        {Sign && <Sign size={17} stroke={1.8} aria-hidden />}
        <span className="trunc">{title}</span>
      </h1>
      {extra}
      <span className="grow" />
      {children}
      <span className="page-help">
        <HelpButton />
      </span>
    </header>
  )
}
