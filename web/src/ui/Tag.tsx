import type { ReactNode } from 'react'
import { soft } from './colours'

interface Props {
  colour?: string | null
  dot?: boolean
  children: ReactNode
}

/** A soft coloured label; `dot` marks a state. */
export function Tag({ colour, dot, children }: Props) {
  return (
    <span className="tag" style={soft(colour)}>
      {dot && <i />}
      <span className="trunc">{children}</span>
    </span>
  )
}
