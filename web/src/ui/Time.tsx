import { useFormat } from './useFormat'

/** Relative time, the absolute one on hover with its zone named. */
export function Time({ at, className = 'dim3' }: { at: string; className?: string }) {
  const format = useFormat()
  return (
    <time
      dateTime={at}
      className={className}
      title={`${format.moment(at, true)} · ${format.timezone}`}
    >
      {format.relative(at)}
    </time>
  )
}
