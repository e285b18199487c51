import { useMediaQuery } from '@mantine/hooks'
import { useMobile } from '@/ui/useMobile'

/** How many columns a record page has room for. */
export function useZones(): 1 | 2 | 3 {
  const mobile = useMobile()
  const wide = useMediaQuery('(min-width: 75em)', undefined, { getInitialValueInEffect: false })
  if (mobile) return 1
  return wide ? 3 : 2
}
