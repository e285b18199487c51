import { useMediaQuery } from '@mantine/hooks'
import { kindOf } from '@/fields/registry'
import type { ObjectMeta } from '@/metadata/types'
import { useMobile } from '@/ui/useMobile'
import { panelsOf } from './parts'

const NOW = { getInitialValueInEffect: false }

/** How many columns a record page has room for; a table in its middle wants more of it. */
export function useZones(meta: ObjectMeta): 1 | 2 | 3 {
  const mobile = useMobile()
  const wide = useMediaQuery('(min-width: 75em)', undefined, NOW)
  const widest = useMediaQuery('(min-width: 105em)', undefined, NOW)
  if (mobile) return 1
  const spacious = isSpacious(meta)
  return (spacious ? widest : wide) ? 3 : 2
}

/** Whether the middle of this object's pages holds more than a timeline. */
export const isSpacious = (meta: ObjectMeta) =>
  meta.fields.some((field) => kindOf(field).wide) || panelsOf(meta.object).length > 0
