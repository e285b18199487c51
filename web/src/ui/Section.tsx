import type { ReactNode } from 'react'
import classes from './Section.module.css'

interface Props {
  title: string
  action?: ReactNode
  children: ReactNode
}

/** A titled card of a page. */
export function Section({ title, action, children }: Props) {
  return (
    <section className={classes.section} aria-label={title}>
      <header className={classes.head}>
        <h2>{title}</h2>
        <span className="grow" />
        {action}
      </header>
      {children}
    </section>
  )
}
