import type { ReactNode } from 'react'
import classes from './Empty.module.css'
import type { Icon } from './icons'

interface Props {
  icon: Icon
  title: string
  hint?: string
  children?: ReactNode
}

export function Empty({ icon: Sign, title, hint, children }: Props) {
  return (
    <div className={classes.empty}>
      <span className={classes.icon}>
        <Sign size={24} stroke={1.6} />
      </span>
      <p className={classes.title}>{title}</p>
      {hint && <p className={classes.hint}>{hint}</p>}
      {children && <div className={classes.actions}>{children}</div>}
    </div>
  )
}
