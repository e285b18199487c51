import { Fieldset, Group, NumberInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { IconMapPin2 } from '@/ui/icons'
import {
  type ChipProps,
  type DisplayProps,
  defineKind,
  type FilterProps,
  type InputProps,
} from './types'

interface Point {
  lat: number
  lon: number
}
type Half = Partial<Record<'lat' | 'lon' | 'km', number | string>>
const PARTS = ['lat', 'lon'] as const
const LIMITS = { lat: 90, lon: 180 }
const written = ({ lat, lon }: Point) => `${lat}, ${lon}`
const pairOf = (text: string): Point | undefined => {
  const found = /^\s*\(?(-?\d+(?:\.\d+)?)\s*[,，;\s]\s*(-?\d+(?:\.\d+)?)\)?\s*$/.exec(text)
  return found ? { lat: Number(found[1]), lon: Number(found[2]) } : undefined
}

const PointCell = ({ value }: DisplayProps<Point>) => (
  <span className="num trunc">{written(value)}</span>
)

/** On the open map of the world, in a tab of its own. */
function PointDisplay({ value }: DisplayProps<Point>) {
  const { t } = useTranslation()
  const at = `${value.lat}/${value.lon}`
  return (
    <a
      className="link num"
      href={`https://www.openstreetmap.org/?mlat=${value.lat}&mlon=${value.lon}#map=15/${at}`}
      title={t('fields.visit', { value: written(value) })}
      target="_blank"
      rel="noreferrer"
    >
      {written(value)}
    </a>
  )
}

function Coordinates({ value, set }: { value: Half; set: (next: Half) => void }) {
  const { t } = useTranslation()
  return (
    <Group grow gap="xs" align="flex-start">
      {PARTS.map((part) => (
        <NumberInput
          key={part}
          label={t(`fields.${part}`)}
          value={value[part] ?? ''}
          decimalScale={6}
          min={-LIMITS[part]}
          max={LIMITS[part]}
          hideControls
          onPaste={(event) => {
            const pair = pairOf(event.clipboardData.getData('text'))
            if (!pair) return
            event.preventDefault()
            set({ ...value, ...pair })
          }}
          onChange={(next) => set({ ...value, [part]: next })}
        />
      ))}
    </Group>
  )
}

function PointField({ field, value, onChange, error, inline }: InputProps<Half>) {
  const set = (next: Half) => {
    const nothing = PARTS.every((part) => next[part] === '' || next[part] === undefined)
    onChange(nothing ? null : next)
  }
  return (
    <Fieldset legend={inline ? undefined : field.label} p={inline ? 8 : 'sm'} radius={8}>
      <Coordinates value={value ?? {}} set={set} />
      {error && (
        <small role="alert" style={{ color: 'var(--mantine-color-error)' }}>
          {error}
        </small>
      )}
    </Fieldset>
  )
}

function CircleFilter({ condition, onChange }: FilterProps) {
  const { t } = useTranslation()
  const value = (condition.value as Half | undefined) ?? {}
  const set = (next: Half) => onChange({ ...condition, value: next })
  return (
    <>
      <Coordinates value={value} set={set} />
      <NumberInput
        mt={6}
        label={t('fields.km')}
        value={value.km ?? ''}
        min={0}
        hideControls
        onChange={(km) => set({ ...value, km })}
      />
    </>
  )
}

function CircleChip({ condition }: ChipProps) {
  const value = condition.value as Half | undefined
  if (!value?.km) return <>…</>
  return (
    <>
      {value.km} km · {value.lat}, {value.lon}
    </>
  )
}

export const geoPoint = defineKind<Point>({
  icon: IconMapPin2,
  width: 190,
  Display: PointDisplay,
  Cell: PointCell,
  Input: PointField as (props: InputProps<Point>) => React.ReactNode,
  Filter: CircleFilter,
  Chip: CircleChip,
  startOp: 'within',
  toText: written,
  fromText: pairOf,
})
