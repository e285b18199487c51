import { ActionIcon, Select } from '@mantine/core'
import clsx from 'clsx'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ColumnRule } from '@/api/imports'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconArrowRight, IconWand } from '@/ui/icons'
import { Cleaning } from './Cleaning'
import { ColumnValues } from './ColumnValues'
import classes from './Mapping.module.css'
import type { MappedColumn } from './useMapping'

export interface Goal {
  value: string
  label: string
}
interface Props {
  meta: ObjectMeta
  column: MappedColumn
  names: string[]
  beside: string[]
  /** What a column may fill, its own field included. */
  goals: (own: string) => Goal[]
  onPlace: (at: number, field: string | null) => void
  onChange: (at: number, part: Partial<ColumnRule>, reread: boolean) => void
}
const SKIP = ''
const SAMPLES = 3

const isCleaned = ({ clean, split, join, times }: ColumnRule) =>
  Boolean(clean?.length || split || join || times)

/** A column of the file: where it goes, how its texts are cleaned, and how they are read. */
export function ColumnRow(props: Props) {
  const { column } = props
  const { rules, name, samples } = column
  const places = rules.length === 0 ? [0] : rules.map((_, at) => at)
  return (
    <li>
      <span className={classes.column}>
        <b className="trunc">{name}</b>
        <small className="trunc">{samples.filter(Boolean).slice(0, SAMPLES).join(' · ')}</small>
      </span>
      <IconArrowRight size={15} aria-hidden data-on={rules.length > 0 || undefined} />
      {places.map((at) => (
        <Place key={`${at}${rules[at]?.field}`} {...props} at={at} />
      ))}
    </li>
  )
}

/** One field that a column fills. */
function Place({
  meta,
  column,
  names,
  beside,
  goals,
  onPlace,
  onChange,
  at,
}: Props & { at: number }) {
  const { t } = useTranslation()
  const rule = column.rules[at]
  const field = rule && fieldOf(meta, rule.field.split('.')[0]!)
  const bad = column.reads[at]?.some(({ problem }) => problem) ?? false
  const [open, setOpen] = useState(false)
  const values = at === 0 ? column.values : null
  return (
    <>
      <span className={clsx(classes.goal, at > 0 && classes.second)}>
        <Select
          aria-label={`${t('imports.field')}: ${column.name}${at ? ` (${at + 1})` : ''}`}
          searchable
          allowDeselect={false}
          data={[{ value: SKIP, label: t('imports.skip') }, ...goals(rule?.field ?? SKIP)]}
          value={rule?.field ?? SKIP}
          onChange={(next) => onPlace(at, next || null)}
        />
        {field && (
          <ActionIcon
            aria-label={`${t('imports.clean.open')}: ${column.name}`}
            title={t('imports.clean.open')}
            aria-expanded={open}
            variant={rule && isCleaned(rule) ? 'light' : 'subtle'}
            color={bad && !values ? 'red' : undefined}
            onClick={() => setOpen(!open)}
          >
            <IconWand size={15} />
          </ActionIcon>
        )}
      </span>
      {at === 0 && column.assumed && <p className={classes.assumed}>{column.assumed}</p>}
      {field && open && (
        <Cleaning {...{ column, at, field, names }} onChange={(part) => onChange(at, part, true)}>
          <Select
            label={t('imports.alsoFills')}
            aria-label={`${t('imports.alsoFills')}: ${column.name}`}
            placeholder={t('imports.none')}
            searchable
            data={goals(SKIP)}
            value={null}
            onChange={(next) => next && onPlace(column.rules.length, next)}
          />
        </Cleaning>
      )}
      {field && values && (
        <ColumnValues
          key={field.key}
          {...{ column, field, beside }}
          onChange={(part, reread) => onChange(at, part, reread)}
        />
      )}
    </>
  )
}
