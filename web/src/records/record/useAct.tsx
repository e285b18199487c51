import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useRecordAction } from '@/api/records'
import type { Link, RecordData } from '@/api/types'
import { kindOf } from '@/fields/registry'
import { findObject, useObjects } from '@/metadata/hooks'
import type { Action, ObjectMeta } from '@/metadata/types'
import { askDialog, openDialog } from '@/ui/dialogs'
import { toast, toastError } from '@/ui/toast'
import { PartSkeleton } from './PartSkeleton'
import { actionForm } from './parts'

/** Forms come when the first action asks something: most pages never show one. */
const ActionForm = lazy(async () => ({ default: (await import('./ActionForm')).ActionForm }))
const Address = lazy(async () => ({ default: (await import('./ActionDialog')).Address }))

type Answer = Record<string, unknown>
const NARROW = 440
const WIDE = 760

/** The one record that an action made, with its object's name. */
function madeBy(action: Action, answer: Answer): { object: string; record: Link } | null {
  const [said] = action.makes
  if (!said || said.many) return null
  const record = (answer[said.key] ?? answer) as Link
  return record.id ? { object: said.object, record } : null
}

/** Asks for the action's parameters in a dialog; null when it was given up. */
function askParams(meta: ObjectMeta, record: RecordData, action: Action) {
  const own = actionForm(meta.object, action.key)
  const Form = own ?? ActionForm
  const roomy = own !== undefined || action.params.some((field) => kindOf(field).wide)
  return askDialog<Answer | null>(
    `${action.label} · ${record.name}`,
    null,
    (end) => (
      <Suspense fallback={<PartSkeleton />}>
        <Form {...{ meta, record, action }} done={end} cancel={() => end(null)} />
      </Suspense>
    ),
    roomy ? WIDE : NARROW,
  )
}

function showAddress(action: Action, url: string) {
  const close = openDialog({
    title: action.label,
    body: (
      <Suspense fallback={<PartSkeleton />}>
        <Address url={url} onClose={() => close()} />
      </Suspense>
    ),
  })
}

/**
 * Runs an action on a record: asks first where it has parameters or cannot be taken back, tells what
 * came of it, and goes to the record it made. Resolves to the answer, or to null.
 */
export function useAct(meta: ObjectMeta) {
  const { t } = useTranslation()
  const objects = useObjects()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { mutateAsync } = useRecordAction(meta)
  return useCallback(
    async (record: RecordData, action: Action): Promise<Answer | null> => {
      const asks = action.params.length > 0 || action.dangerous
      try {
        const answer = asks
          ? await askParams(meta, record, action)
          : await mutateAsync({ id: record.id, action: action.key })
        if (!answer) return null
        // An action writes wherever it must: everything on screen may have changed.
        void client.invalidateQueries({ queryKey: ['records'] })
        const { url } = answer
        if (typeof url === 'string') showAddress(action, url)
        const made = madeBy(action, answer)
        const target = findObject(objects, made?.object)
        if (made && target && made.record.id !== record.id) {
          const { id, name } = made.record
          toast(t('record.made', { object: target.label, name }))
          await navigate({ to: '/$path/$id', params: { path: target.path, id } })
        } else toast(t('record.actionDone', { name: action.label }))
        return answer
      } catch (error) {
        toastError(error)
        return null
      }
    },
    [meta, objects, client, navigate, mutateAsync, t],
  )
}
