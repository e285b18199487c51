import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Group } from './tree'

interface Props {
  group: Group
  onChange: (group: Group) => void
}

const WORDS = ['all', 'any', 'none', 'notAll'] as const
type Word = (typeof WORDS)[number]
const SENSE: Record<Word, Pick<Group, 'mode' | 'not'>> = {
  all: { mode: 'all' },
  any: { mode: 'any' },
  none: { mode: 'any', not: 'group' },
  notAll: { mode: 'all', not: 'group' },
}
/** How the conditions of a group belong together. */
export const modeOf = (group: Group): Word =>
  group.not ? (group.mode === 'any' ? 'none' : 'notAll') : group.mode

/** All of the conditions, any, none, or not all of them. */
export function ModeSwitch({ group, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <Select
      aria-label={t('list.match')}
      w={{ base: 142, sm: 116 }}
      size="xs"
      allowDeselect={false}
      data={WORDS.map((word) => ({ value: word, label: t(`list.matching.${word}`) }))}
      value={modeOf(group)}
      onChange={(word) => {
        const { mode, not } = SENSE[word as Word]
        onChange({ items: group.items, mode, ...(not ? { not } : {}) })
      }}
    />
  )
}
