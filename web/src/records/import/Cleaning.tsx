import { Checkbox, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ColumnRule } from '@/api/imports'
import { kindOf } from '@/fields/registry'
import type { Field } from '@/metadata/types'
import classes from './Cleaning.module.css'
import { PHONE } from './rules'
import type { MappedColumn } from './useMapping'

interface Props {
  column: MappedColumn
  at: number
  field: Field
  /** All columns of the file, for those that are joined. */
  names: string[]
  onChange: (part: Partial<ColumnRule>) => void
  /** What else there is to choose of the column. */
  children: ReactNode
}
const CASES = ['upper', 'lower', 'title'] as const
const TICKS = ['width', 'spaces', 'digits', 'comma', 'entities'] as const
const DAYS = ['ymd', 'dmy', 'mdy'] as const
const COUNTRIES = [
  ...['CN', 'HK', 'MO', 'TW', 'SG', 'MY', 'JP', 'KR', 'TH', 'VN', 'ID', 'PH', 'IN', 'AE', 'AU'],
  ...['NZ', 'US', 'CA', 'MX', 'BR', 'GB', 'IE', 'DE', 'AT', 'CH', 'FR', 'BE', 'NL', 'ES', 'PT'],
  ...['IT', 'PL', 'CZ', 'SE', 'NO', 'DK', 'FI', 'RU', 'TR', 'ZA'],
]

/** What is done to the texts of a column before they are read, with the first rows as they come out. */
export function Cleaning(props: Props) {
  return (
    <div className={classes.cleaning}>
      <Rules {...props} />
      <Shape {...props} />
      <Outcome {...props} />
    </div>
  )
}

/** Rules that need no more than their name; those of one kind exclude each other. */
function Rules({ column, at, field, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const rules = column.rules[at]?.clean ?? []
  const has = (rule: string) => rules.includes(rule)
  const put = (rule: string | null, instead: (one: string) => boolean) =>
    onChange({ clean: [...rules.filter((one) => !instead(one)), ...(rule ? [rule] : [])] })
  const among = (list: readonly string[]) => (one: string) => list.includes(one)
  const { cleaning } = kindOf(field)
  const countries = new Intl.DisplayNames(i18n.language, { type: 'region' })
  const label = (key: string) =>
    `${t(`imports.clean.${key}` as 'imports.clean.case')}: ${column.name}`
  return (
    <div className={classes.rules}>
      <Select
        label={t('imports.clean.case')}
        aria-label={label('case')}
        data={[
          { value: '', label: t('imports.clean.asIs') },
          ...CASES.map((value) => ({ value, label: t(`imports.clean.${value}`) })),
        ]}
        value={CASES.find(has) ?? ''}
        allowDeselect={false}
        onChange={(rule) => put(rule, among(CASES))}
      />
      {cleaning === 'day' && (
        <Select
          label={t('imports.clean.days')}
          aria-label={label('days')}
          data={[
            { value: '', label: t('imports.clean.asIs') },
            ...DAYS.map((value) => ({ value, label: t(`imports.clean.${value}`) })),
          ]}
          value={DAYS.find(has) ?? ''}
          allowDeselect={false}
          onChange={(rule) => put(rule, among(DAYS))}
        />
      )}
      {cleaning === 'phone' && (
        <Select
          label={t('imports.clean.phone')}
          aria-label={label('phone')}
          searchable
          clearable
          placeholder={t('imports.clean.asIs')}
          data={COUNTRIES.map((code) => ({
            value: PHONE + code,
            label: countries.of(code) ?? code,
          }))}
          value={rules.find((one) => one.startsWith(PHONE)) ?? null}
          onChange={(rule) => put(rule, (one) => one.startsWith(PHONE))}
        />
      )}
      <div className={classes.ticks}>
        {TICKS.map((rule) => (
          <Checkbox
            key={rule}
            label={t(`imports.clean.${rule}`)}
            checked={has(rule)}
            onChange={({ currentTarget: { checked } }) =>
              put(checked ? rule : null, (one) => one === rule)
            }
          />
        ))}
      </div>
    </div>
  )
}

/** Which part of a cell is meant, and which other cells belong to it. */
function Shape({ column, at, names, onChange, children }: Props) {
  const { t } = useTranslation()
  const { split, join } = column.rules[at] ?? {}
  const others = names.filter((name) => name !== column.name)
  const cut = (mark: string, part: number) =>
    onChange({ split: mark ? { at: mark, part: part || 1 } : undefined })
  const glue = (columns: string[], mark: string) =>
    onChange({ join: columns.length ? { columns, mark } : undefined })
  return (
    <div className={classes.shape}>
      <TextInput
        key={`at${split?.at}`}
        label={t('imports.clean.splitAt')}
        description={t('imports.clean.splitHint')}
        aria-label={`${t('imports.clean.splitAt')}: ${column.name}`}
        defaultValue={split?.at ?? ''}
        maxLength={20}
        onBlur={({ currentTarget: { value } }) => {
          if (value !== (split?.at ?? '')) cut(value, split?.part ?? 1)
        }}
      />
      <NumberInput
        label={t('imports.clean.part')}
        description={t('imports.clean.partHint')}
        aria-label={`${t('imports.clean.part')}: ${column.name}`}
        disabled={!split}
        value={split?.part ?? 1}
        min={-20}
        max={20}
        allowDecimal={false}
        onChange={(part) => split && cut(split.at, Number(part))}
      />
      <MultiSelect
        label={t('imports.clean.join')}
        description={t('imports.clean.joinHint')}
        aria-label={`${t('imports.clean.join')}: ${column.name}`}
        data={others}
        value={join?.columns ?? []}
        searchable
        onChange={(columns) => glue(columns, join?.mark ?? ' ')}
      />
      <TextInput
        key={`mark${join?.mark}`}
        label={t('imports.clean.mark')}
        description={t('imports.clean.markHint')}
        aria-label={`${t('imports.clean.mark')}: ${column.name}`}
        disabled={!join}
        defaultValue={join?.mark ?? ' '}
        maxLength={20}
        onBlur={({ currentTarget: { value } }) => {
          if (join && value !== join.mark) glue(join.columns, value)
        }}
      />
      {children}
    </div>
  )
}

/** The first cells before and after. */
function Outcome({ column, at }: Props) {
  const { t } = useTranslation()
  const after = column.reads[at] ?? []
  return (
    <table className={classes.outcome}>
      <thead>
        <tr>
          <th scope="col">{t('imports.clean.before')}</th>
          <th scope="col">{t('imports.clean.after')}</th>
        </tr>
      </thead>
      <tbody>
        {column.samples.map((sample, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other name
          <tr key={row}>
            <td>{sample}</td>
            <td data-bad={after[row]?.problem ? true : undefined}>
              {after[row]?.text}
              {after[row]?.problem && <small>{after[row].problem}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
