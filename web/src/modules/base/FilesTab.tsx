import { ActionIcon, Button, Progress } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import clsx from 'clsx'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rowsQuery, useDeleteRecord, useRestoreRecord } from '@/api/records'
import type { RecordData } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import type { PartProps } from '@/records/record/parts'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { FileButton } from '@/ui/FileButton'
import { IconPaperclip, IconTrash, IconUpload } from '@/ui/icons'
import { toastError, toastUndo } from '@/ui/toast'
import classes from './Activity.module.css'
import { FileLine } from './FileLine'
import { useUpload } from './useUpload'

export default function FilesTab(props: PartProps) {
  const files = useObject('file')
  return files ? <Files {...props} files={files} /> : null
}

const MANY = 200
/** The files about a record; dropped ones are uploaded. */
function Files({ meta, record, files }: PartProps & { files: ObjectMeta }) {
  const { t } = useTranslation()
  const [over, setOver] = useState(false)
  const filter = { field: 'about', op: 'is', value: record.id }
  const { data, error, refetch } = useQuery(
    rowsQuery(files, { filter, sort: '-created_at', limit: MANY, count: 'none' }),
  )
  const { upload, running } = useUpload(meta, record)
  const writable = files.rights.create
  const button = writable && (
    <FileButton multiple onChange={(chosen) => void upload(chosen)}>
      {(props) => (
        <Button leftSection={<IconUpload size={14} />} {...props}>
          {t('activity.upload')}
        </Button>
      )}
    </FileButton>
  )
  return (
    <section
      className={clsx(classes.drop, over && classes.over)}
      aria-label={t('record.tabs.files')}
      onDragOver={(event) => {
        if (!writable) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (writable) void upload([...event.dataTransfer.files])
      }}
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton />}
      {data && data.items.length > 0 && <div className={classes.uploadRow}>{button}</div>}
      {running && (
        <div role="status">
          {t('activity.uploading', { name: running })}
          <Progress value={100} animated size="xs" mt={4} mb={8} aria-label={running} />
        </div>
      )}
      {data && !data.items.length && (
        <Empty
          icon={IconPaperclip}
          title={over ? t('activity.drop') : t('activity.noFiles')}
          hint={writable ? t('activity.noFilesHint') : undefined}
        >
          {button}
        </Empty>
      )}
      <ul className={classes.lines}>
        {data?.items.map((file) => (
          <li key={file.id}>
            <FileLine file={file}>
              {files.rights.delete && <DeleteFile files={files} file={file} />}
            </FileLine>
          </li>
        ))}
      </ul>
    </section>
  )
}

function DeleteFile({ files, file }: { files: ObjectMeta; file: RecordData }) {
  const { t } = useTranslation()
  const { mutateAsync: remove } = useDeleteRecord(files)
  const { mutateAsync: restore } = useRestoreRecord(files)
  const run = async () => {
    try {
      await remove(file)
      toastUndo(t('common.deletedName', { name: file.name }), () => restore(file.id))
    } catch (error) {
      toastError(error)
    }
  }
  return (
    <ActionIcon
      aria-label={t('activity.deleteFile', { name: file.name })}
      onClick={() => void run()}
    >
      <IconTrash size={15} />
    </ActionIcon>
  )
}
