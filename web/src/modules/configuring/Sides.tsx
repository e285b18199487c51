import { useTranslation } from 'react-i18next'
import type { Field } from '@/metadata/types'
import classes from './Configuring.module.css'

export interface SidesRow {
  key: string
  label: string
  before: unknown
  after: unknown
}

/** What a setting holds, as people read it: yes and no, lists with commas, the rest as it is. */
export function useInWords() {
  const { t } = useTranslation()
  const say = (value: unknown): string => {
    if (value === null || value === undefined || value === '') return t('configuring.nothing')
    if (typeof value === 'boolean') return t(value ? 'configuring.yes' : 'configuring.no')
    if (Array.isArray(value)) {
      return value.length ? value.map(say).join(', ') : t('configuring.nothing')
    }
    if (typeof value !== 'object') return String(value)
    const { name, amount, currency } = value as Record<string, unknown>
    if (typeof name === 'string') return name
    if (amount !== undefined) return `${amount} ${currency ?? ''}`.trim()
    return JSON.stringify(value)
  }
  return say
}

/** A value of a field with options, by their labels. */
export function byLabel(field: Field | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => byLabel(field, each))
  return field?.options?.find(({ key }) => key === value)?.label ?? value
}

interface Props {
  rows: SidesRow[]
  only?: 'before' | 'after'
  /** Words over the two sides, where they are not simply before and after. */
  heads?: [string, string]
}
/** Old and new side by side, a line for each part that differs. */
export function Sides({ rows, only, heads }: Props) {
  const { t } = useTranslation()
  const [left, right] = heads ?? [t('configuring.before'), t('configuring.after')]
  const say = useInWords()
  const side = (value: unknown, place: 0 | 1) => (
    <td className={place ? classes.new : classes.old} data-head={heads?.[place]}>
      {say(value)}
    </td>
  )
  return (
    <table className={classes.sides} data-only={only}>
      <thead>
        <tr>
          <th aria-hidden />
          {only !== 'after' && <th scope="col">{left}</th>}
          {only !== 'before' && <th scope="col">{right}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">{row.label}</th>
            {only !== 'after' && side(row.before, 0)}
            {only !== 'before' && side(row.after, 1)}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
