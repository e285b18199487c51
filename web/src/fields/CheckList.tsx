import { Checkbox, Radio } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './CheckList.module.css'

interface Props {
  label: string
  options: { key: string; label: string; node: ReactNode }[]
  chosen: string[]
  single?: boolean
  onChange: (keys: string[]) => void
}

/** Options to tick inside a filter's popover. */
export function CheckList({ label, options, chosen, single, onChange }: Props) {
  const toggle = (key: string) =>
    onChange(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key])
  const Box = single ? Radio : Checkbox
  return (
    <fieldset aria-label={label} className={classes.list}>
      {options.map((option) => (
        <Box
          key={option.key}
          className={classes.option}
          size="xs"
          label={option.node}
          checked={chosen.includes(option.key)}
          onChange={() => (single ? onChange([option.key]) : toggle(option.key))}
        />
      ))}
    </fieldset>
  )
}
