import { Button, Group } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ApiError, isApiError } from '@/api/errors'
import { useRecordAction } from '@/api/records'
import { useObjects } from '@/metadata/hooks'
import { DuplicateWarning } from '@/records/form/DuplicateWarning'
import type { ActionFormProps } from '@/records/record/parts'
import { Notice } from '@/ui/Notice'
import { messageOf } from '@/ui/toast'
import { ConvertPart } from './ConvertPart'
import classes from './Sales.module.css'
import { useConvert } from './useConvert'

/** What a lead becomes: account, contact and opportunity, each made new, chosen or left out. */
export default function Convert({ meta, record, action, done, cancel }: ActionFormProps) {
  const { t } = useTranslation()
  const { mutateAsync, isPending } = useRecordAction(meta)
  const { parts, change, params, some } = useConvert(record, meta, useObjects())
  const [problem, setProblem] = useState<ApiError | Error | null>(null)
  const run = async (allowed: boolean) => {
    setProblem(null)
    try {
      const sent = allowed ? { ...params(), allow_duplicates: true } : params()
      done(await mutateAsync({ id: record.id, action: action.key, params: sent }))
    } catch (error) {
      setProblem(error as Error)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void run(false)
  }
  const doubles = isApiError(problem) ? problem.problem.duplicates : undefined
  const insides = parts.map((part) => (isApiError(problem) ? problem.inside(part.key) : {}))
  const placed = insides.some((errors) => Object.keys(errors).length > 0)
  return (
    <form onSubmit={submit} noValidate>
      <p className={classes.intro}>{t('sales.convert.intro')}</p>
      {problem && !doubles && !placed && <Notice kind="error">{messageOf(problem)}</Notice>}
      {parts.map((part, index) => (
        <ConvertPart
          key={part.key}
          part={part}
          lead={record}
          errors={insides[index]!}
          onChange={(next) => {
            setProblem(null)
            change(part.key, next)
          }}
        />
      ))}
      {doubles && (
        <DuplicateWarning
          meta={meta}
          duplicates={doubles}
          onOpen={cancel}
          onCreateAnyway={() => void run(true)}
        />
      )}
      {!some && <Notice kind="info">{t('sales.convert.nothing')}</Notice>}
      <Group justify="flex-end" gap="xs" mt="md">
        <Button onClick={cancel}>{t('common.cancel')}</Button>
        <Button type="submit" variant="filled" loading={isPending} disabled={!some}>
          {action.label}
        </Button>
      </Group>
    </form>
  )
}
