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
import { useAct } from './useAct'
import { useActions } from './useActions'

interface Props {
  meta: ObjectMeta
  record: RecordData
  fieldKey: string
}

/** Open steps in order, then how it ended: a lost one when it was lost, or may be chosen here. */
function shownSteps(steps: Step[], current: Step | undefined, choosable: boolean) {
  const open = steps.filter((step) => step.kind === 'open')
  const ends = steps.filter((step) => step.kind === 'won')
  if (current?.kind === 'lost') return [...open, current]
  const lost = choosable && !current?.final ? steps.filter((step) => step.kind === 'lost') : []
  return [...open, ...ends, ...lost]
}

/** The states a record passes through; a click moves it there. */
export function StagePath({ meta, record, fieldKey }: Props) {
  const { t } = useTranslation()
  const field = fieldOf(meta, fieldKey)
  const { steps, pending } = useSteps(field, meta.object, record)
  const save = useSaveValues(meta)
  const act = useAct(meta)
  const actions = useActions(meta, record)
  const list = useRef<HTMLOListElement>(null)
  const here = stepId(record[fieldKey])
  const current = steps.find((step) => step.id === here)
  const writable = meta.rights.update && Boolean(field?.editable)
  const shown = shownSteps(steps, current, writable && !field?.target)
  const at = shown.findIndex((step) => step.id === here)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new state scrolls into view
  useEffect(() => {
    const row = list.current
    const node = row?.children[at] as HTMLElement | undefined
    if (row && node) row.scrollLeft = node.offsetLeft - row.offsetLeft - row.clientWidth / 3
  }, [here, shown.length])
  if (!field) return null
  if (pending) return <div className={classes.path} aria-busy />
  const actionOf = (step: Step) => actions.find(({ key }) => key === step.action)
  const opens = (step: Step, index: number) => {
    if (index === at || current?.final) return false
    return step.action ? actionOf(step) !== undefined : writable
  }
  const stuck = !shown.some((step, index) => opens(step, index))
  const move = (step: Step) => {
    const action = actionOf(step)
    void (action ? act(record, action) : save(record, { [fieldKey]: step.value }))
  }
  const stateOf = (step: Step, index: number) => {
    if (index === at) return step.kind === 'open' ? 'now' : step.kind
    if (step.kind === 'lost') return 'away'
    return index < at ? 'done' : 'todo'
  }
  return (
    <ol
      ref={list}
      className={classes.path}
      aria-label={field.label}
      tabIndex={stuck ? 0 : undefined}
    >
      {shown.map((step, index) => (
        <li key={step.id}>
          <UnstyledButton
            data-state={stateOf(step, index)}
            aria-current={index === at ? 'step' : undefined}
            disabled={!opens(step, index)}
            aria-label={
              opens(step, index) ? t('record.moveToName', { name: step.name }) : undefined
            }
            onClick={() => move(step)}
          >
            {index < at && <IconCheck size={13} stroke={2.4} aria-hidden />}
            <span className="trunc">{step.name}</span>
          </UnstyledButton>
        </li>
      ))}
    </ol>
  )
}
