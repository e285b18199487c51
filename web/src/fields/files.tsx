import { Button, CloseButton, Input } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { upload } from '@/api/client'
import type { Link } from '@/api/types'
import { FileButton } from '@/ui/FileButton'
import { IconPaperclip, IconPhoto } from '@/ui/icons'
import { messageOf } from '@/ui/toast'
import classes from './files.module.css'
import { LinkChip, LinkFilter } from './linkFilter'
import { type DisplayProps, defineKind, type InputProps } from './types'

const PICTURES = 'image/png,image/jpeg,image/gif,image/webp'
const contentOf = ({ id }: Link) => `/api/v1/files/${id}/content`

function FileName({ value }: { value: Link }) {
  const { t } = useTranslation()
  if (!value.name) return <span className="dim3">{t('fields.hidden')}</span>
  return (
    <a
      className="person link"
      href={contentOf(value)}
      target="_blank"
      rel="noreferrer"
      onClick={(event) => event.stopPropagation()}
    >
      <IconPaperclip size={14} aria-hidden />
      <span className="trunc">{value.name}</span>
    </a>
  )
}

/** The picture small; where it cannot be shown, its name. */
function Picture({ value, large }: { value: Link; large?: boolean }) {
  const [failed, setFailed] = useState<string | null>(null)
  if (failed === value.id || !value.name) return <FileName value={value} />
  const picture = (
    <img
      className={large ? classes.large : classes.small}
      src={contentOf(value)}
      alt={value.name}
      loading="lazy"
      onError={() => setFailed(value.id)}
    />
  )
  if (!large) return picture
  return (
    <a href={contentOf(value)} target="_blank" rel="noreferrer" title={value.name}>
      {picture}
    </a>
  )
}

/** Uploads at once; the file comes to hang on the record when that is saved. */
function UploadField({ picture, ...props }: InputProps<Link> & { picture?: boolean }) {
  const { field, value, onChange, onCommit, error, inline } = props
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<string | null>(null)
  const set = (next: Link | null) => {
    onChange(next)
    if (inline) onCommit?.(next)
  }
  const send = async (file: File | null) => {
    if (!file) return
    setBusy(true)
    setRefused(null)
    const form = new FormData()
    form.append('file', file)
    try {
      const made = await upload<{ id: string; name: string }>('/files', form)
      set({ id: made.id, name: made.name, object: 'file' })
    } catch (failure) {
      setRefused(messageOf(failure))
    }
    setBusy(false)
  }
  const Sign = picture ? IconPhoto : IconPaperclip
  const Shown = picture ? Picture : FileName
  return (
    <Input.Wrapper
      label={inline ? undefined : field.label}
      description={inline ? undefined : field.help || undefined}
      withAsterisk={!inline && field.required}
      error={error || refused || undefined}
    >
      <div className={classes.field}>
        {value && <Shown value={value} large />}
        <FileButton accept={picture ? PICTURES : undefined} onChange={(file) => void send(file)}>
          {(button) => (
            <Button
              {...button}
              size="compact-sm"
              loading={busy}
              leftSection={<Sign size={14} />}
              aria-label={`${field.label}: ${t(value ? 'fields.otherFile' : 'fields.chooseFile')}`}
            >
              {t(value ? 'fields.otherFile' : 'fields.chooseFile')}
            </Button>
          )}
        </FileButton>
        {value && !field.required && (
          <CloseButton
            size="sm"
            aria-label={t('fields.removeFile', { name: value.name ?? field.label })}
            onClick={() => set(null)}
          />
        )}
      </div>
    </Input.Wrapper>
  )
}

const shared = {
  Filter: LinkFilter,
  Chip: LinkChip,
  startOp: 'not_empty',
  toWrite: (value: Link | null) => value?.id ?? null,
  toText: (value: Link) => value.name ?? '',
}
export const file = defineKind<Link>({
  ...shared,
  icon: IconPaperclip,
  width: 180,
  Display: FileName,
  Cell: FileName,
  Input: UploadField,
})
export const image = defineKind<Link>({
  ...shared,
  icon: IconPhoto,
  width: 90,
  Display: ({ value }: DisplayProps<Link>) => <Picture value={value} large />,
  Cell: Picture,
  Input: (props: InputProps<Link>) => <UploadField {...props} picture />,
})
