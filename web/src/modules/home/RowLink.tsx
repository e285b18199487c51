import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Avatar } from '@/ui/Avatar'
import classes from './Home.module.css'

interface Props {
  path: string
  id: string
  name: string
  below?: ReactNode
  end?: ReactNode
}

/** A record in one row of a card. */
export function RowLink({ path, id, name, below, end }: Props) {
  return (
    <Link to="/$path/$id" params={{ path, id }} className={classes.row}>
      <Avatar name={name || '·'} size={26} square />
      <span className={classes.words}>
        <b className="trunc">{name}</b>
        {below && <small className="trunc">{below}</small>}
      </span>
      {end}
    </Link>
  )
}
