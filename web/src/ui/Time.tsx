import { Tooltip } from '@mantine/core'
import { useFormat } from './useFormat'

/** Relative time, the absolute one on hover with its zone named. */
export function Time({ at, className = 'dim3' }: { at: string; className?: string }) {
  const format = useFormat()
  return (
    <Tooltip label={`${format.moment(at, true)} · ${format.timezone}`}>
      <time dateTime={at} className={className}>
        {format.relative(at)}
      </time>
    </Tooltip>
  )
}
