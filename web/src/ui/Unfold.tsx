import { ActionIcon } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { IconChevronDown } from './icons'
import classes from './Unfold.module.css'

interface Props {
  open: boolean
  onToggle: (open: boolean) => void
  /** There is nothing to show; the arrow's place stays empty. */
  none?: boolean
}

/** The arrow at the end of a row that shows and hides what it is made of. */
export function Unfold({ open, onToggle, none }: Props) {
  const { t } = useTranslation()
  return (
    <ActionIcon
      aria-label={open ? t('log.hide') : t('log.details')}
      aria-expanded={open}
      style={none ? { visibility: 'hidden' } : undefined}
      onClick={() => onToggle(!open)}
    >
      <IconChevronDown size={15} className={classes.arrow} data-open={open || undefined} />
    </ActionIcon>
  )
}
