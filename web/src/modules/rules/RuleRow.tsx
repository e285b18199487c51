import { ActionIcon, Switch } from '@mantine/core'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useDeleteRecord, useRestoreRecord, useUpdateRecord } from '@/api/records'
import type { ObjectMeta } from '@/metadata/types'
import { MoveHandle } from '@/modules/layouts/MoveHandle'
import { useDrag } from '@/modules/layouts/useDrag'
import classes from '@/modules/settings/Settings.module.css'
import { confirm } from '@/ui/confirm'
import { IconPencil, IconTrash } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import { toastError, toastUndo } from '@/ui/toast'
import type { Rule } from './draft'
import own from './Rules.module.css'
import type { Move } from './useRuleOrder'

const COLOURS = { validation: 'red', display: 'blue', gate: 'violet' } as const

interface Props {
  meta: ObjectMeta
  rule: Rule
  fault: string | undefined
  refresh: () => void
  /** Puts a rule to another place; null where there is only one. */
  move: Move | null
  onEdit: () => void
}
/** One rule: its place among others, what it is called, whether it acts. */
export function RuleRow({ meta, rule, fault, refresh, move, onEdit }: Props) {
  const { t } = useTranslation()
  const { name } = rule
  const handle = useRef<HTMLButtonElement>(null)
  const [root, landing] = useDrag<HTMLLIElement>({
    drag: move ? { kind: 'rule', id: rule.id } : null,
    handle,
    accepts: ['rule'],
    beside: true,
    onDrop: (_kind, other, after) => move?.(other, { target: rule.id, after }),
  })
  const { mutateAsync: update } = useUpdateRecord(meta)
  const { mutateAsync: remove } = useDeleteRecord(meta)
  const { mutateAsync: restore } = useRestoreRecord(meta)
  const tell = async (work: () => Promise<unknown>) => {
    try {
      await work()
      refresh()
    } catch (error) {
      toastError(error)
    }
  }
  const drop = async () => {
    const title = t('rules.remove', { name })
    const yes = t('common.delete')
    if (!(await confirm({ title, body: t('rules.removeHint'), yes, danger: true }))) return
    await tell(async () => {
      await remove(rule)
      toastUndo(t('common.deletedName', { name }), () => tell(() => restore(rule.id)))
    })
  }
  return (
    <li ref={root} className={`${classes.row} ${own.row}`} data-landing={landing ?? undefined}>
      {move && (
        <MoveHandle
          kind="rule"
          id={rule.id}
          name={name}
          ref={handle}
          steps={['up', 'down']}
          onStep={(step) => move(rule.id, step === 'up' ? -1 : 1)}
        />
      )}
      <Tag colour={COLOURS[rule.kind]}>{t(`rules.kinds.${rule.kind}`)}</Tag>
      <span className={classes.words}>
        <b className="trunc">{name}</b>
        <small className="trunc">
          {fault
            ? t('rules.resting', { why: fault })
            : t(`rules.times.${rule.only_on ?? 'always'}`)}
        </small>
      </span>
      {fault && <Tag colour="orange">{t('rules.rests')}</Tag>}
      <Switch
        aria-label={t('rules.turn', { name })}
        checked={rule.active}
        onChange={(event) => {
          const active = event.currentTarget.checked
          void tell(() => update({ record: rule, change: { active } }))
        }}
      />
      <ActionIcon aria-label={t('rules.edit', { name })} onClick={onEdit}>
        <IconPencil size={15} />
      </ActionIcon>
      <ActionIcon aria-label={t('rules.remove', { name })} onClick={() => void drop()}>
        <IconTrash size={15} />
      </ActionIcon>
    </li>
  )
}
