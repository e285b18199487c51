import { UnstyledButton } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { type Step, stepId, useSteps } from '@/fields/steps'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconCheck } from '@/ui/icons'
import { useSaveValues } from '../save/useSaveField'
import classes from './StagePath.module.css'

interface Props {
  meta: ObjectMeta
  record: RecordData
  fieldKey: string
}

/** Open steps in order, then how it ended: the lost one only when it was lost. */
function shownSteps(steps: Step[], current: Step | undefined) {
  const open = steps.filter((step) => step.kind === 'open')
  const ends = steps.filter((step) => step.kind === 'won')
  return current?.kind === 'lost' ? [...open, current] : [...open, ...ends]
}

/** The states a record passes through; a click moves it there. */
export function StagePath({ meta, record, fieldKey }: Props) {
  const { t } = useTranslation()
  const field = fieldOf(meta, fieldKey)
  const { steps, pending } = useSteps(field, meta.object, record)
  const save = useSaveValues(meta)
  const list = useRef<HTMLOListElement>(null)
  const here = stepId(record[fieldKey])
  const current = steps.find((step) => step.id === here)
  const shown = shownSteps(steps, current)
  const at = shown.findIndex((step) => step.id === here)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new state scrolls into view
  useEffect(() => {
    const row = list.current
    const node = row?.children[at] as HTMLElement | undefined
    if (row && node) row.scrollLeft = node.offsetLeft - row.offsetLeft - row.clientWidth / 3
  }, [here, shown.length])
  if (!field) return null
  if (pending) return <div className={classes.path} aria-busy />
  const writable = meta.rights.update && field.editable
  const stateOf = (step: Step, index: number) => {
    if (index === at) return step.kind === 'open' ? 'now' : step.kind
    return index < at ? 'done' : 'todo'
  }
  return (
    <ol ref={list} className={classes.path} aria-label={field.label}>
      {shown.map((step, index) => (
        <li key={step.id}>
          <UnstyledButton
            data-state={stateOf(step, index)}
            aria-current={index === at ? 'step' : undefined}
            disabled={!writable || index === at}
            aria-label={index === at ? undefined : t('record.moveToName', { name: step.name })}
            onClick={() => void save(record, { [fieldKey]: step.value })}
          >
            {index < at && <IconCheck size={13} stroke={2.4} aria-hidden />}
            <span className="trunc">{step.name}</span>
          </UnstyledButton>
        </li>
      ))}
    </ol>
  )
}
