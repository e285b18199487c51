import { ActionIcon, Checkbox, Input } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AddShare } from '@/records/record/AddShare'
import { Avatar } from '@/ui/Avatar'
import { IconX } from '@/ui/icons'
import { type Holder, useHolderNames } from './rules'
import classes from './Settings.module.css'

interface Props {
  holders: Holder[]
  error: string | undefined
  onChange: (holders: Holder[]) => void
}

/** People, roles and departments, found by typing; of a department with or without those below. */
export function Holders({ holders, error, onChange }: Props) {
  const { t } = useTranslation()
  const known = useHolderNames(holders)
  const [added, setAdded] = useState<ReadonlyMap<string, string>>(new Map())
  const nameOf = (id: string) => added.get(id) ?? known(id)
  return (
    <Input.Wrapper label={t('rights.with')} error={error} required>
      <AddShare
        taken={holders.map(({ id }) => id)}
        onAdd={({ with: { id, name, object } }) => {
          setAdded((now) => new Map(now).set(id, name ?? ''))
          const kind = object as Holder['object']
          onChange([
            ...holders,
            { object: kind, id, ...(kind === 'department' && { below: true }) },
          ])
        }}
      />
      <ul className={classes.rows}>
        {holders.map((holder) => (
          <li key={holder.id} className={classes.row}>
            <Avatar name={nameOf(holder.id)} size={24} square={holder.object !== 'user'} />
            <span className={classes.words}>
              <b className="trunc">{nameOf(holder.id)}</b>
              <small>{t(`record.shareHolders.${holder.object}`)}</small>
            </span>
            {holder.object === 'department' && (
              <Checkbox
                label={t('rights.below')}
                checked={holder.below !== false}
                onChange={(event) => {
                  const below = event.currentTarget.checked
                  onChange(holders.map((one) => (one === holder ? { ...one, below } : one)))
                }}
              />
            )}
            <ActionIcon
              aria-label={t('record.shareRemove', { name: nameOf(holder.id) })}
              onClick={() => onChange(holders.filter((one) => one !== holder))}
            >
              <IconX size={15} />
            </ActionIcon>
          </li>
        ))}
      </ul>
    </Input.Wrapper>
  )
}
