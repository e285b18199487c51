import { Modal, NumberInput, Select, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { BoardConfig } from '@/api/types'
import type { Step } from '@/fields/steps'
import { canSum } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import type { ListState } from '../list/useListState'

interface Props {
  meta: ObjectMeta
  fields: Field[]
  field: Field
  steps: Step[]
  state: ListState
  onClose: () => void
}
const NONE = 'none'
const options = (fields: Field[]) => fields.map(({ key, label }) => ({ value: key, label }))

/** By which field a board has columns, what they sum, and how many cards each may hold. */
export default function BoardSettings({ meta, fields, field, steps, state, onClose }: Props) {
  const { t } = useTranslation()
  const config = state.board ?? {}
  const change = (part: BoardConfig) => state.put({ board: { ...config, ...part } })
  const summed = meta.fields.filter(({ key }) => canSum(meta, key))
  const sum = config.sum === undefined ? (meta.board?.sum ?? NONE) : (config.sum ?? NONE)
  const limits = config.limits ?? {}
  return (
    <Modal opened onClose={onClose} title={t('board.settings')}>
      <Stack gap="sm">
        <Select
          label={t('board.columnsBy')}
          data={options(fields)}
          value={field.key}
          allowDeselect={false}
          onChange={(key) => key && state.put({ board: { ...config, field: key, limits: {} } })}
        />
        <Select
          label={t('board.sumOf')}
          data={[{ value: NONE, label: t('list.figures.none') }, ...options(summed)]}
          value={sum}
          allowDeselect={false}
          onChange={(key) => change({ sum: key === NONE ? null : key })}
        />
        {steps.map((step) => (
          <NumberInput
            key={step.id}
            label={t('board.limitOf', { name: step.name })}
            placeholder={t('board.noLimit')}
            min={1}
            max={9999}
            value={limits[step.id] ?? ''}
            onChange={(value) => {
              const { [step.id]: _before, ...rest } = limits
              const limit = Number(value)
              change({ limits: limit > 0 ? { ...rest, [step.id]: limit } : rest })
            }}
          />
        ))}
      </Stack>
    </Modal>
  )
}
