import { useQueryClient } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { dropDefinition, type FieldUse, fieldUses, restoreDefinition } from '@/api/admin'
import { keys } from '@/api/keys'
import { confirm } from '@/ui/confirm'
import { toast, toastError, toastUndo } from '@/ui/toast'

const KINDS = ['view', 'formula', 'roll_up', 'role', 'layout', 'sharing_rule'] as const

/** "Used in 3 views (A, B, C), 1 formula (D)." */
export function usesInWords(used: FieldUse[], t: TFunction): string {
  const parts = KINDS.flatMap((kind) => {
    const names = used.filter((one) => one.kind === kind).map(({ name }) => name)
    if (!names.length) return []
    return t(`rights.uses.${kind}`, { count: names.length, names: names.join(', ') })
  })
  const labelOf = ({ kind, label }: FieldUse) =>
    label ?? (kind === 'rule' ? t('configuring.rules') : undefined)
  const others = [...new Set(used.flatMap((one) => labelOf(one) ?? []))].map((label) => {
    const names = used.filter((one) => labelOf(one) === label).map(({ name }) => name)
    return t('configuring.usesOther', { label, names: names.join(', ') })
  })
  return t('settings.usedIn', { uses: [...parts, ...others].join(t('settings.usesJoin')) })
}

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
  const drop = async (id: string, name: string, title: string, hint: string) => {
    const used = kind === 'custom_fields' ? (await fieldUses(id)).items : []
    const body = used.length ? `${usesInWords(used, t)} ${hint}` : hint
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
