import type { ReactNode } from 'react'
import classes from './Empty.module.css'
import type { Icon } from './icons'

interface Props {
  icon: Icon
  title: string
  hint?: string
  /** Stands for the page's heading where it fills the page. */
  heading?: boolean
  children?: ReactNode
}

export function Empty({ icon: Sign, title, hint, heading, children }: Props) {
  const Title = heading ? 'h1' : 'p'
  return (
    <div className={classes.empty}>
      <span className={classes.icon}>
        <Sign size={24} stroke={1.6} />
      </span>
      <Title className={classes.title}>{title}</Title>
      {hint && <p className={classes.hint}>{hint}</p>}
      {children && <div className={classes.actions}>{children}</div>}
    </div>
  )
}
