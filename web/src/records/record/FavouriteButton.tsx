import { ActionIcon, Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { usePreference } from '@/api/session'
import type { RecordData } from '@/api/types'
import { IconStar, IconStarFilled } from '@/ui/icons'
import classes from './Record.module.css'

/** Keeps a record among one's favourites in the side bar. */
export function FavouriteButton({ object, record }: { object: string; record: RecordData }) {
  const { t } = useTranslation()
  const [favourites = [], setFavourites] = usePreference('favourites')
  const on = favourites.some((link) => link.id === record.id)
  const { id, name } = record
  const toggle = () =>
    setFavourites(
      on ? favourites.filter((link) => link.id !== id) : [...favourites, { id, name, object }],
    )
  const label = on ? t('record.removeFavourite') : t('record.addFavourite')
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-pressed={on} onClick={toggle}>
        {on ? <IconStarFilled size={16} className={classes.star} /> : <IconStar size={16} />}
      </ActionIcon>
    </Tooltip>
  )
}
