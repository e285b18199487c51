import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { dropDefinition, restoreDefinition } from '@/api/admin'
import { keys } from '@/api/keys'
import { confirm } from '@/ui/confirm'
import { toast, toastError, toastUndo } from '@/ui/toast'

type Kind = 'custom_fields' | 'custom_objects'

/** Delete and restore of custom fields and objects; metadata is read again after every change. */
export function useDefinitions(kind: Kind) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const refresh = useCallback(async () => {
    await client.invalidateQueries({ queryKey: [kind] })
    await client.invalidateQueries({ queryKey: keys.objects })
  }, [client, kind])
  const restore = async (id: string) => {
    await restoreDefinition(kind, id)
    await refresh()
  }
  const drop = async (id: string, name: string, title: string, body: string) => {
    if (!(await confirm({ title, body, yes: t('common.delete'), danger: true }))) return
    try {
      await dropDefinition(kind, id)
      await refresh()
      toastUndo(t('common.deletedName', { name }), () => restore(id))
    } catch (error) {
      toastError(error)
    }
  }
  const bringBack = async (id: string, name: string) => {
    try {
      await restore(id)
      toast(t('log.restored', { name }))
    } catch (error) {
      toastError(error)
    }
  }
  return { refresh, drop, bringBack }
}
