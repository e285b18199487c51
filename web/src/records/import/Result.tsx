import { Button, Group, Progress } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refreshObject } from '@/api/cache'
import { hasEnded, type Import, importQuery, type RowError, startImport } from '@/api/imports'
import { useUndo } from '@/api/queries'
import { useObject } from '@/metadata/hooks'
import { confirm } from '@/ui/confirm'
import { Failure } from '@/ui/Failure'
import { FileButton } from '@/ui/FileButton'
import { IconDownload, IconUpload } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { Section } from '@/ui/Section'
import { toast, toastError } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import { PartSkeleton } from '../record/PartSkeleton'
import classes from './Import.module.css'
import { Notes } from './Notes'
import { RowTable } from './RowTable'
import { StopImport } from './StopImport'
import { Tried } from './Tried'

interface Props {
  id: string
  onBack: () => void
  onAnother: () => void
  /** Another import was started from here. */
  onStarted: (id: string) => void
}

/** How an import goes, and in the end what it did and which rows it kept out. */
export function Result({ id, onBack, onAnother, onStarted }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data, error } = useQuery(importQuery(id))
  const { object } = data ?? {}
  const over = data !== undefined && hasEnded(data)
  useEffect(() => {
    if (!over || !object) return
    void client.invalidateQueries({ queryKey: ['imports'], exact: true })
    refreshObject(client, object, { lists: true })
  }, [over, object, client])
  if (error) return <Failure error={error} />
  if (!data) return <PartSkeleton />
  if (!over) return <Running data={data} />
  const title = data.dry_run ? t('imports.tried') : t('imports.done')
  return (
    <Section title={data.state === 'failed' ? t('imports.failedState') : title}>
      <p className={classes.facts}>{data.file_name}</p>
      {[data, ...(data.parts ?? [])].map((part) => (
        <Outcome key={part.id} data={part} onStarted={onStarted} />
      ))}
      <Group justify="space-between" mt="md" gap="xs">
        <Button onClick={onAnother}>{t('imports.another')}</Button>
        {data.dry_run ? <Tried {...{ data, onBack, onStarted }} /> : <Ending data={data} />}
      </Group>
    </Section>
  )
}

function Running({ data }: { data: Import }) {
  const { t } = useTranslation()
  const format = useFormat()
  const all = [data, ...(data.parts ?? [])]
  const done = all.reduce((sum, part) => sum + part.processed, 0)
  const known = all.every(({ total }) => total !== null)
  const total = all.reduce((sum, part) => sum + (part.total ?? 0), 0)
  const share = total ? (done / total) * 100 : 0
  const title = data.dry_run ? t('imports.trying') : t('imports.running')
  return (
    <Section title={title}>
      <p className={classes.facts}>{data.file_name}</p>
      <Progress value={share} animated aria-label={title} mb={6} />
      <span className="dim3 num" role="status">
        {t('imports.progress', {
          done: format.number(done),
          total: known ? format.number(total) : '…',
        })}
      </span>
      {data.job && <StopImport job={data.job} id={data.id} />}
    </Section>
  )
}

/** What became of one table of the file. */
function Outcome({ data, onStarted }: { data: Import; onStarted: Props['onStarted'] }) {
  const meta = useObject(data.object)
  return (
    <>
      {data.sheet && (
        <h3 className={classes.sheet}>
          {data.sheet} · {meta?.label_plural}
        </h3>
      )}
      {data.error && <Notice kind="error">{data.error}</Notice>}
      <Figures data={data} />
      <Errors data={data} onStarted={onStarted} />
      <Notes data={data} />
    </>
  )
}

const FIGURES = ['created', 'updated', 'unchanged', 'duplicates', 'failed'] as const
function Figures({ data }: { data: Import }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <dl className={classes.figures}>
      {FIGURES.filter((key) => key !== 'duplicates' || data.duplicates > 0).map((key) => (
        <div key={key} data-bad={(key === 'failed' && data.failed > 0) || undefined}>
          <dt>{t(`imports.${key}`)}</dt>
          <dd className="num">{format.number(data[key])}</dd>
        </div>
      ))}
    </dl>
  )
}

function Errors({ data, onStarted }: { data: Import; onStarted: Props['onStarted'] }) {
  const { t } = useTranslation()
  const errors: RowError[] = data.errors ?? []
  if (!errors.length) return null
  return (
    <>
      <div className={classes.errorsHead}>
        <h3>{t('imports.errors')}</h3>
        <span className="grow" />
        {data.error_file && (
          <Button
            component="a"
            href={data.error_file}
            download
            leftSection={<IconDownload size={14} />}
          >
            {t('imports.errorFile')}
          </Button>
        )}
        {!data.dry_run && <Correct data={data} onStarted={onStarted} />}
      </div>
      <RowTable rows={errors} />
      {data.failed > errors.length && <p className="dim3">{t('imports.firstErrors')}</p>}
    </>
  )
}

/** Sends the mended error file: what it brings joins this import. */
function Correct({ data, onStarted }: { data: Import; onStarted: Props['onStarted'] }) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const send = async (file: File | null) => {
    if (!file) return
    setBusy(true)
    try {
      onStarted((await startImport(file, { object: data.object, corrects: data.id })).id)
    } catch (error) {
      toastError(error)
    }
    setBusy(false)
  }
  return (
    <FileButton accept=".csv,.xlsx,.tsv,.txt" onChange={(file) => void send(file)}>
      {(props) => (
        <Button
          {...props}
          loading={busy}
          title={t('imports.correctHint')}
          leftSection={<IconUpload size={14} />}
        >
          {t('imports.correct')}
        </Button>
      )}
    </FileButton>
  )
}

function Ending({ data }: { data: Import }) {
  const { t } = useTranslation()
  const meta = useObject(data.object)
  const { mutateAsync: undo, isPending, data: undone } = useUndo()
  // one for all sheets; a sheet that brought nothing names none
  const group = [data, ...(data.parts ?? [])].find((part) => part.change_set)?.change_set
  const takeBack = async () => {
    const body = t('imports.undoConfirm')
    if (!(await confirm({ title: t('imports.undo'), body, yes: t('common.undo'), danger: true })))
      return
    try {
      const result = await undo(group!)
      toast(t('imports.undone', { count: result.undone }))
    } catch (error) {
      toastError(error)
    }
  }
  return (
    <Group gap="xs">
      {group && (
        <Button loading={isPending} disabled={Boolean(undone)} onClick={() => void takeBack()}>
          {t('imports.undo')}
        </Button>
      )}
      {meta && (
        <Button
          variant="filled"
          renderRoot={(props) => <Link to="/$path" params={{ path: meta.path }} {...props} />}
        >
          {t('imports.showRecords', { object: meta.label_plural })}
        </Button>
      )}
    </Group>
  )
}
