import { useTranslation } from 'react-i18next'
import type { Share } from '@/api/sharing'
import { useFormat } from '@/ui/useFormat'

/** Whether a value of the log says with whom a record is shared. */
export const isShares = (value: unknown): value is Share[] =>
  Array.isArray(value) && value.every((each) => each && typeof each === 'object' && 'with' in each)

/** "Lin (may edit, until 3 May), East": with whom, how far, how long. */
export function SharesInWords({ shares }: { shares: Share[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const words = shares.map(({ with: holder, level, until }) => {
    const facts = [
      level === 'edit' && t('record.shareLevels.edit'),
      until && t('record.shareUntilDay', { day: format.moment(until) }),
    ].filter(Boolean)
    const name = holder.name ?? t('fields.hidden')
    return facts.length ? `${name} (${facts.join(', ')})` : name
  })
  return <span>{words.join(', ')}</span>
}
