import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWriteMany } from '@/api/records'
import type { ObjectMeta } from '@/metadata/types'
import { moved } from '@/modules/layouts/body'
import { toastError } from '@/ui/toast'
import type { Rule } from './draft'

/** Puts a rule one step up or down, or beside another. */
export type Move = (id: string, to: 1 | -1 | { target: string; after: boolean }) => void

/** The rules whose place changes, with the place they get; empty where nothing moves. */
export function reordered(rules: Rule[], id: string, to: Parameters<Move>[1]) {
  const from = rules.findIndex((rule) => rule.id === id)
  const index =
    typeof to === 'number'
      ? from + (to > 0 ? 2 : -1)
      : rules.findIndex((rule) => rule.id === to.target) + (to.after ? 1 : 0)
  return moved(rules, from, index)
    .map((rule, place) => ({ id: rule.id, order: place + 1, before: rule.order }))
    .filter(({ order, before }) => order !== before)
    .map(({ id: one, order }) => ({ id: one, order }))
}

/** The order in which rules are asked, changed in one step of the log. */
export function useRuleOrder(meta: ObjectMeta, rules: Rule[], refresh: () => void) {
  const { t } = useTranslation()
  const { values } = useWriteMany(meta)
  const [said, setSaid] = useState('')
  const move: Move = (id, to) => {
    const changes = reordered(rules, id, to)
    const rule = rules.find((one) => one.id === id)
    const place = changes.find((one) => one.id === id)?.order
    if (!rule || !place) return
    setSaid(t('layouts.movedPart', { name: rule.name, index: place }))
    void values(changes).then(refresh, toastError)
  }
  return { move, said }
}
