import { Select, TextInput, UnstyledButton } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ColumnRule, MISSING, type Missing, type ReadValue } from '@/api/imports'
import { fieldOf, useObject } from '@/metadata/hooks'
import type { Field } from '@/metadata/types'
import { IconChevronRight } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import { useFormat } from '@/ui/useFormat'
import classes from './Mapping.module.css'
import type { MappedColumn } from './useMapping'

interface Props {
  column: MappedColumn
  field: Field
  /** What other sheets of the same file bring. */
  beside: string[]
  /** `reread`: only the server knows what comes of it. */
  onChange: (part: Partial<ColumnRule>, reread: boolean) => void
}
type Values = NonNullable<MappedColumn['values']>

const overrideOf = (rule: ColumnRule | undefined, { value }: ReadValue) => rule?.values?.[value]
const isUnread = (rule: ColumnRule | undefined, item: ReadValue) =>
  item.problem !== null && overrideOf(rule, item) === undefined

/** How the texts of a column are understood, and what to do with those that are not. */
export function ColumnValues({ column, field, beside, onChange }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { name } = column
  const rule = column.rules[0]
  const values =
    field.target && beside.includes(field.target) ? hoped(column.values!, t) : column.values!
  const unread = values.items.filter((item) => isUnread(rule, item)).length
  const [open, setOpen] = useState(unread > 0)
  const known = `${format.number(values.items.length)}${values.more ? '+' : ''}`
  return (
    <div className={classes.reading}>
      {values.by.length > 0 && <Finding {...{ column, field, beside, onChange, values }} />}
      {values.items.length > 0 && (
        <UnstyledButton
          className={classes.toggle}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <IconChevronRight size={14} aria-hidden />
          {t('imports.values', { count: values.items.length, shown: known })}
          {unread > 0 && <Tag colour="amber">{t('imports.unread', { count: unread })}</Tag>}
        </UnstyledButton>
      )}
      {open && (
        <ul className={classes.values} aria-label={`${t('imports.valuesOf')}: ${name}`}>
          {values.items.map((item) => (
            <Value key={item.value} {...{ item, values, column, onChange }} />
          ))}
          {values.more && <li className="dim3">{t('imports.moreValues')}</li>}
        </ul>
      )}
    </div>
  )
}

/** A record that is not there yet may come with another sheet. */
const hoped = (values: Values, t: TFunction): Values => ({
  ...values,
  items: values.items.map((item) =>
    item.problem?.code === 'unknown_link'
      ? { ...item, problem: null, label: t('imports.inFile') }
      : item,
  ),
})

/** By which field a linked record is found, and what to do when there is none. */
function Finding({ column, field, values, onChange }: Props & { values: Values }) {
  const { t } = useTranslation()
  const target = useObject(field.target ?? undefined)
  const by = values.by.map((key) => ({ value: key, label: fieldOf(target, key)?.label ?? key }))
  const made = target?.rights.create ? MISSING : MISSING.filter((one) => one !== 'create')
  return (
    <div className={classes.finding}>
      <Select
        label={t('imports.findBy')}
        aria-label={`${t('imports.findBy')}: ${column.name}`}
        data={[{ value: '', label: t('imports.anyKey') }, ...by]}
        value={column.rules[0]?.by ?? ''}
        allowDeselect={false}
        onChange={(key) => onChange({ by: key || undefined }, true)}
      />
      <Select
        label={t('imports.whenMissing')}
        aria-label={`${t('imports.whenMissing')}: ${column.name}`}
        data={made.map((value) => ({ value, label: t(`imports.missing.${value}`) }))}
        value={column.rules[0]?.missing ?? 'error'}
        allowDeselect={false}
        onChange={(missing) => onChange({ missing: missing as Missing }, true)}
      />
    </div>
  )
}

/** The choice that a text was read as, when it stands among the choices. */
function choiceOf({ read, label }: ReadValue, { options }: Values) {
  const one = Array.isArray(read) && read.length === 1 ? read[0] : read
  const key = String(typeof one === 'object' ? (one as { id?: string } | null)?.id : one)
  return options.find((option) => option.key === key || option.label === label)?.key ?? null
}

interface ValueProps {
  item: ReadValue
  values: Values
  column: MappedColumn
  onChange: Props['onChange']
}

function Value({ item, values, column, onChange }: ValueProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const rule = column.rules[0]
  const override = overrideOf(rule, item)
  const unread = isUnread(rule, item)
  const set = (target: string | null, reread: boolean) => {
    const { [item.value]: _former, ...others } = rule?.values ?? {}
    onChange({ values: target === null ? others : { ...others, [item.value]: target } }, reread)
  }
  const label = `${t('imports.readAs')}: ${item.value}`
  const settled = item.missing && item.missing !== 'error' ? t(`imports.will.${item.missing}`) : ''
  const hint = item.label || settled || t('imports.notRead')
  const error = unread ? item.problem?.message : undefined
  return (
    <li>
      <span className={classes.value}>
        <b className="trunc" title={item.value}>
          {item.value}
        </b>
        <small className="num">{t('imports.times', { total: format.number(item.count) })}</small>
      </span>
      {values.options.length > 0 ? (
        <Select
          aria-label={label}
          searchable
          clearable={override !== undefined}
          placeholder={hint}
          error={error}
          data={[
            { value: '', label: t('imports.leaveEmpty') },
            ...values.options.map((option) => ({ value: option.key, label: option.label })),
          ]}
          value={override ?? choiceOf(item, values)}
          onChange={(key) => set(key, false)}
        />
      ) : (
        <TextInput
          key={override}
          aria-label={label}
          placeholder={hint}
          error={error}
          defaultValue={override ?? ''}
          onBlur={({ currentTarget: { value } }) => {
            const text = value.trim()
            if (text !== (override ?? '')) set(text || null, true)
          }}
        />
      )}
    </li>
  )
}
