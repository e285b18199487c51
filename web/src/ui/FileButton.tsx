import { type FileButtonProps, FileButton as Plain } from '@mantine/core'
import { useRef } from 'react'

/** Opens the choice of a file; one that was mended may be chosen again under its name. */
export function FileButton<Multiple extends boolean = false>({
  onChange,
  ...props
}: FileButtonProps<Multiple>) {
  const reset = useRef<() => void>(null)
  return (
    <Plain<Multiple>
      {...props}
      resetRef={reset}
      onChange={(chosen) => {
        reset.current?.()
        onChange(chosen)
      }}
    />
  )
}
