import { ActionIcon, Menu } from '@mantine/core'
import type { KeyboardEvent, Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { IconGripVertical } from '@/ui/icons'
import type { Step } from './body'
import type { Kind } from './useDrag'

const ARROWS: Record<string, Step> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
}

interface Props {
  kind: Kind
  id: string
  name: string
  steps: Step[]
  onStep: (step: Step) => void
  ref?: Ref<HTMLButtonElement>
}

/** Moves a part: dragged by it, by arrow keys on it, or by the menu that a click opens. */
export function MoveHandle({ kind, id, name, steps, onStep, ref }: Props) {
  const { t } = useTranslation()
  const onKeyDown = (event: KeyboardEvent) => {
    const step = ARROWS[event.key]
    if (!step || !steps.includes(step)) return
    event.preventDefault()
    event.stopPropagation()
    onStep(step)
  }
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <ActionIcon
          ref={ref}
          data-moves={`${kind}-${id}`}
          size={24}
          aria-label={t('layouts.move', { name })}
          onKeyDownCapture={onKeyDown}
          style={{ cursor: 'grab' }}
        >
          <IconGripVertical size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('layouts.moves', { name })}</Menu.Label>
        {steps.map((step) => (
          <Menu.Item key={step} onClick={() => onStep(step)}>
            {t(`layouts.steps.${step}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
