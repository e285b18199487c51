import { ActionIcon, NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Level, Share } from '@/api/sharing'
import { Avatar } from '@/ui/Avatar'
import { IconX } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import classes from './Share.module.css'

interface Props {
  share: Share
  fixed: boolean
  /** Null ends the share. */
  onChange: (share: Share | null) => void
}

const dayOf = (until: string | null) => {
  if (!until) return ''
  const at = new Date(until)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}
/** A day counts to its end. */
const endOf = (day: string) => (day ? new Date(`${day}T23:59:59`).toISOString() : null)

/** One person, role or department: how far, until when, and what their part is. */
export function ShareRow({ share, fixed, onChange }: Props) {
  const { t } = useTranslation()
  const name = share.with.name ?? t('fields.hidden')
  const kind = t(`record.shareHolders.${share.with.object as 'user'}`)
  const levels = (['read', 'edit'] as const).map((value) => ({
    value,
    label: t(`record.shareLevels.${value}`),
  }))
  return (
    <li className={classes.row} data-over={share.over || undefined}>
      <Avatar name={name} size={26} square={share.with.object !== 'user'} />
      <span className={classes.words}>
        <b className="trunc">{name}</b>
        <small className="dim3">{share.over ? t('record.shareOver') : kind}</small>
      </span>
      {fixed || share.over ? (
        <>
          {share.part && <span className="dim">{share.part}</span>}
          <Tag>{t(`record.shareLevels.${share.level}`)}</Tag>
        </>
      ) : (
        <span className={classes.controls}>
          <TextInput
            size="xs"
            w={130}
            maxLength={40}
            aria-label={`${name} · ${t('record.sharePart')}`}
            placeholder={t('record.sharePart')}
            value={share.part ?? ''}
            onChange={(event) => onChange({ ...share, part: event.currentTarget.value || null })}
          />
          <NativeSelect
            size="xs"
            aria-label={`${name} · ${t('record.shareLevel')}`}
            data={levels}
            value={share.level}
            onChange={(event) => onChange({ ...share, level: event.currentTarget.value as Level })}
          />
          <TextInput
            size="xs"
            type="date"
            aria-label={`${name} · ${t('record.shareUntil')}`}
            title={share.until ? undefined : t('record.shareForGood')}
            value={dayOf(share.until)}
            onChange={(event) => onChange({ ...share, until: endOf(event.currentTarget.value) })}
          />
        </span>
      )}
      {!fixed && (
        <ActionIcon aria-label={t('record.shareRemove', { name })} onClick={() => onChange(null)}>
          <IconX size={15} />
        </ActionIcon>
      )}
    </li>
  )
}
