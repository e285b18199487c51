import type { ReactNode } from 'react'
import { IconAlertTriangle, IconInfoCircle } from './icons'
import classes from './Notice.module.css'

interface Props {
  kind: 'error' | 'warning' | 'info'
  title?: string
  children?: ReactNode
}

/** Something that must be read, in its place on the page; errors and warnings are announced. */
export function Notice({ kind, title, children }: Props) {
  const Sign = kind === 'info' ? IconInfoCircle : IconAlertTriangle
  return (
    <div className={classes.notice} data-kind={kind} role={kind === 'info' ? 'status' : 'alert'}>
      <Sign size={16} stroke={1.8} aria-hidden />
      <div className={classes.body}>
        {title && <b>{title}</b>}
        {children}
      </div>
    </div>
  )
}
