import { ActionIcon } from '@mantine/core'
import { type KeyboardEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { kindOf } from '@/fields/registry'
import { IconX } from '@/ui/icons'
import { moveField, type Spot, type Step, spotOf, stepField } from './body'
import classes from './Editor.module.css'
import { useEditing } from './editing'
import { MoveHandle } from './MoveHandle'
import { useDrag } from './useDrag'

interface Props {
  fieldKey: string
  spot: Spot
  /** What its section is called, for what is told after a move. */
  section: string
  columns: number
}

/** A field on the layout: dragged, moved by keys, taken off. */
export function FieldChip({ fieldKey, spot, section, columns }: Props) {
  const { t } = useTranslation()
  const { body, change, fields, needed, place, tell } = useEditing()
  const handle = useRef<HTMLButtonElement>(null)
  const field = fields.get(fieldKey)
  const name = field?.label ?? fieldKey
  const [root, landing] = useDrag<HTMLLIElement>({
    drag: { kind: 'field', id: fieldKey },
    accepts: ['field'],
    beside: true,
    onDrop: (_kind, id, after) =>
      change((now) => {
        const here = spotOf(now, fieldKey) ?? spot
        return moveField(now, id, { ...here, index: here.index + (after ? 1 : 0) })
      }),
  })
  const step = (to: Step) => {
    const next = spotOf(stepField(body, fieldKey, to), fieldKey) ?? spot
    change((now) => stepField(now, fieldKey, to))
    const at = { column: next.column + 1, index: next.index + 1 }
    tell(t('layouts.moved', { field: name, section, ...at }), `field-${fieldKey}`)
  }
  const remove = () => change((now) => moveField(now, fieldKey, null))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Delete' || event.key === 'Backspace') remove()
  }
  const Sign = field && kindOf(field).icon
  const required = place === 'form' && needed.has(fieldKey)
  return (
    <li
      ref={root}
      className={classes.chip}
      data-landing={landing ?? undefined}
      onKeyDown={onKeyDown}
    >
      <MoveHandle
        kind="field"
        id={fieldKey}
        name={name}
        ref={handle}
        steps={columns > 1 ? ['up', 'down', 'left', 'right'] : ['up', 'down']}
        onStep={step}
      />
      {Sign && <Sign size={14} stroke={1.6} aria-hidden />}
      <span className="trunc grow" title={name}>
        {name}
        {required && (
          <abbr className={classes.needed} title={t('layouts.required')}>
            *
          </abbr>
        )}
      </span>
      <ActionIcon size={24} aria-label={t('layouts.removeField', { field: name })} onClick={remove}>
        <IconX size={13} />
      </ActionIcon>
    </li>
  )
}
