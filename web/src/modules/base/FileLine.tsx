import { ActionIcon, Modal, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { IconDownload, IconFile, IconFileText, IconPhoto } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import classes from './Activity.module.css'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
const STEP = 1024

function useSize(size: unknown) {
  const format = useFormat()
  if (typeof size !== 'number') return ''
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(1, size)) / Math.log(STEP)))
  const options = { style: 'unit', unit: UNITS[power], maximumFractionDigits: 1 } as const
  return format.number(Number((size / STEP ** power).toFixed(1)), options)
}

const contentOf = (file: RecordData) => `/api/v1/files/${file.id}/content`
const isImage = (file: RecordData) => /^image\/(png|jpe?g|gif|webp)/.test(String(file.media_type))

/** A file with its size: a click previews what can be previewed, the button downloads. */
export function FileLine({ file, children }: { file: RecordData; children?: React.ReactNode }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  const size = useSize(file.size)
  const image = isImage(file)
  const Sign = image
    ? IconPhoto
    : String(file.media_type).includes('text')
      ? IconFileText
      : IconFile
  return (
    <div className={classes.file}>
      <Sign size={18} stroke={1.6} aria-hidden />
      <UnstyledButton
        className={classes.fileName}
        aria-label={t('activity.preview', { name: file.name })}
        onClick={() => setShown(true)}
      >
        <b className="trunc">{file.name}</b>
        <small className="dim3">{size}</small>
      </UnstyledButton>
      <ActionIcon
        component="a"
        href={contentOf(file)}
        download={file.name}
        aria-label={t('activity.download', { name: file.name })}
      >
        <IconDownload size={15} />
      </ActionIcon>
      {children}
      <Modal opened={shown} onClose={() => setShown(false)} title={file.name} size="xl">
        {image ? (
          <img src={contentOf(file)} alt={file.name} className={classes.image} />
        ) : (
          <p className="dim">{t('activity.noPreview')}</p>
        )}
      </Modal>
    </div>
  )
}
