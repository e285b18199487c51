import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Group } from './filterTree'
import classes from './List.module.css'

interface Props {
  mode: Group['mode']
  onChange: (mode: Group['mode']) => void
}

/** All of the conditions, or any of them. */
export function ModeSwitch({ mode, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <UnstyledButton
      className={classes.mode}
      onClick={() => onChange(mode === 'all' ? 'any' : 'all')}
    >
      {mode === 'all' ? t('list.matchAll') : t('list.matchAny')}
    </UnstyledButton>
  )
}
