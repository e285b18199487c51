import { ActionIcon, Button, Select } from '@mantine/core'
import clsx from 'clsx'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ColumnRule } from '@/api/imports'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { IconArrowRight, IconPlus, IconWand } from '@/ui/icons'
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
  /** What a column may fill, its own field included. */
  goals: (own: string) => Goal[]
  onPlace: (at: number, field: string | null) => void
  onChange: (at: number, part: Partial<ColumnRule>, reread: boolean) => void
}
const SKIP = ''
const SAMPLES = 3

const isCleaned = ({ clean, split, join }: ColumnRule) => Boolean(clean?.length || split || join)

/** A column of the file: where it goes, how its texts are cleaned, and how they are read. */
export function ColumnRow(props: Props) {
  const { t } = useTranslation()
  const { column, goals, onPlace } = props
  const [more, setMore] = useState(false)
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
      {more && (
        <Select
          className={classes.second}
          aria-label={`${t('imports.alsoFills')}: ${name}`}
          placeholder={t('imports.alsoFills')}
          searchable
          data={goals(SKIP)}
          value={null}
          onChange={(next) => {
            setMore(false)
            if (next) onPlace(rules.length, next)
          }}
        />
      )}
      {rules.length > 0 && !more && (
        <Button
          className={clsx(classes.second, classes.more)}
          variant="subtle"
          size="compact-xs"
          leftSection={<IconPlus size={12} />}
          onClick={() => setMore(true)}
        >
          {t('imports.alsoFills')}
        </Button>
      )}
    </li>
  )
}

/** One field that a column fills. */
function Place({ meta, column, names, goals, onPlace, onChange, at }: Props & { at: number }) {
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
      {field && open && (
        <Cleaning {...{ column, at, field, names }} onChange={(part) => onChange(at, part, true)} />
      )}
      {field && values && (
        <ColumnValues
          key={field.key}
          column={column}
          field={field}
          onChange={(part, reread) => onChange(at, part, reread)}
        />
      )}
    </>
  )
}
