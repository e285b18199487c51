import { ActionIcon, Button, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { columnTypes } from '@/fields/definition'
import type { FieldType } from '@/metadata/types'
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@/ui/icons'
import { ColumnSettings } from './ColumnSettings'
import classes from './ColumnsEditor.module.css'
import { columnKeys, type DraftColumn, draftColumn, nextNumber } from './columnDraft'
import { bothWords, keyFrom, useWord } from './words'

interface Props {
  columns: DraftColumn[]
  errors: Record<string, string>
  onChange: (columns: DraftColumn[]) => void
}

/** The columns of a sub-table: words, type and what the type lets one set; those that go can come back. */
export function ColumnsEditor({ columns, errors, onChange }: Props) {
  const { t } = useTranslation()
  const put = (place: number, change: Partial<DraftColumn>) =>
    onChange(columns.with(place, { ...columns[place]!, ...change }))
  const remove = (place: number) =>
    columns[place]!.given ? put(place, { resting: true }) : onChange(columns.toSpliced(place, 1))
  const move = (place: number, to: number) =>
    onChange(columns.toSpliced(place, 1).toSpliced(to, 0, columns[place]!))
  const keys = columnKeys(columns)
  const word = useWord()
  const nameOf = (place: number) => {
    const { zh, en } = columns[place]!
    return word(bothWords(zh, en), '') || keys[place]!
  }
  const told = (place: number) => {
    const [key, name] = [keys[place]!, nameOf(place)]
    return name === key || keyFrom(name) === key ? key : `${key} (${name})`
  }
  const live = columns.flatMap((column, place) => (column.resting ? [] : [{ column, place }]))
  const resting = columns.flatMap((column, place) => (column.resting ? [{ column, place }] : []))
  return (
    <fieldset className={classes.columns}>
      <legend>{t('settings.columns.title')}</legend>
      {live.map(({ column, place }, at) => (
        <div key={column.id} className={classes.column}>
          <Words
            column={column}
            number={at + 1}
            errors={errors}
            place={place}
            onChange={(change) => put(place, change)}
          />
          <div className={classes.buttons}>
            <Move
              icon="up"
              to={live[at - 1]?.place}
              name={nameOf(place)}
              from={place}
              move={move}
            />
            <Move
              icon="down"
              to={live[at + 1]?.place}
              name={nameOf(place)}
              from={place}
              move={move}
            />
            <ActionIcon
              aria-label={t('settings.columns.remove', { name: nameOf(place) })}
              onClick={() => remove(place)}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
          <ColumnSettings
            column={column}
            others={live.flatMap((one) => (one.place === place ? [] : told(one.place)))}
            error={errorOf(errors, place)}
            onChange={(change) => put(place, change)}
          />
        </div>
      ))}
      {errors.columns && !Object.keys(errors).some((key) => key.startsWith('columns/')) && (
        <p className={classes.error} role="alert">
          {errors.columns}
        </p>
      )}
      <Button
        variant="subtle"
        leftSection={<IconPlus size={14} />}
        style={{ alignSelf: 'flex-start' }}
        onClick={() => onChange([...columns, draftColumn(null, nextNumber(columns))])}
      >
        {t('settings.columns.add')}
      </Button>
      {resting.length > 0 && (
        <div className={classes.resting}>
          <p>{t('settings.columns.bin')}</p>
          {resting.map(({ column, place }) => (
            <Button
              key={column.id}
              size="compact-sm"
              onClick={() => put(place, { resting: false })}
            >
              {t('settings.columns.restore', { name: nameOf(place) })}
            </Button>
          ))}
        </div>
      )}
    </fieldset>
  )
}

/** What the server says of a column, as one text. */
const errorOf = (errors: Record<string, string>, place: number) =>
  Object.entries(errors)
    .filter(([key]) => key.startsWith(`columns/${place}/`))
    .map(([, message]) => message)[0]

interface WordsProps {
  column: DraftColumn
  number: number
  place: number
  errors: Record<string, string>
  onChange: (change: Partial<DraftColumn>) => void
}
function Words({ column, number, place, errors, onChange }: WordsProps) {
  const { t } = useTranslation()
  const of = t('settings.columns.one', { number })
  return (
    <>
      {(['zh', 'en'] as const).map((language) => {
        const label = t(language === 'zh' ? 'settings.labelZh' : 'settings.labelEn')
        return (
          <TextInput
            key={language}
            aria-label={`${of} · ${label}`}
            placeholder={label}
            value={column[language]}
            error={Boolean(errors[`columns/${place}/labels`])}
            onChange={(event) => onChange({ [language]: event.currentTarget.value })}
          />
        )
      })}
      <Select
        aria-label={`${of} · ${t('settings.fieldType')}`}
        data={columnTypes.map((value) => ({ value, label: t(`settings.types.${value}`) }))}
        value={column.type}
        disabled={column.given !== null}
        searchable
        allowDeselect={false}
        onChange={(type) => onChange({ type: type as FieldType })}
      />
    </>
  )
}

interface MoveProps {
  icon: 'up' | 'down'
  name: string
  from: number
  to: number | undefined
  move: (from: number, to: number) => void
}
function Move({ icon, name, from, to, move }: MoveProps) {
  const { t } = useTranslation()
  const Icon = icon === 'up' ? IconArrowUp : IconArrowDown
  return (
    <ActionIcon
      aria-label={t(`settings.columns.${icon}`, { name })}
      disabled={to === undefined}
      onClick={() => to !== undefined && move(from, to)}
    >
      <Icon size={14} />
    </ActionIcon>
  )
}
