import { UnstyledButton } from '@mantine/core'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Step } from '@/fields/steps'
import { useFormat } from '@/ui/useFormat'
import classes from './Board.module.css'
import type { Totals } from './Columns'
import { useDropStep } from './useDropStep'
import type { Move } from './useMove'

interface Props {
  step: Step
  total: Totals | null
  move: Move
  open: () => void
}

/** A closed column as a narrow strip: cards may be dropped on it, a click opens it. */
export function Folded({ step, total, move, open }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const root = useRef<HTMLButtonElement>(null)
  const over = useDropStep(root, null, step, move)
  const words = [step.name, total && format.number(total.count)].filter(Boolean).join(' · ')
  return (
    <UnstyledButton
      ref={root}
      className={classes.folded}
      data-over={over || undefined}
      aria-label={t('board.unfold', { name: words })}
      onClick={open}
    >
      <i className={classes.dot} style={{ background: `var(--t-${step.colour})` }} />
      <b>{step.name}</b>
      {total && <span className={classes.count}>{format.number(total.count)}</span>}
      {total?.sum && (
        <span className="dim3 num">
          {typeof total.sum === 'string' ? format.number(total.sum) : format.money(total.sum, true)}
        </span>
      )}
    </UnstyledButton>
  )
}
