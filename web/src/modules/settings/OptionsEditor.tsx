import { ActionIcon, Button, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { CustomOption } from '@/api/admin'
import type { Colour } from '@/metadata/types'
import { IconPlus, IconX } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import classes from './Settings.module.css'

const COLOURS: Colour[] = [
  'gray',
  'blue',
  'indigo',
  'violet',
  'pink',
  'red',
  'orange',
  'amber',
  'green',
  'teal',
  'cyan',
]
export interface DraftOption extends CustomOption {
  /** Kept options have a key that records hold: they are renamed, never removed. */
  kept: boolean
}

interface Props {
  options: DraftOption[]
  error?: string
  onChange: (options: DraftOption[]) => void
}

/** The options of a choice in both languages, each with its colour. */
export function OptionsEditor({ options, error, onChange }: Props) {
  const { t } = useTranslation()
  const set = (index: number, change: Partial<DraftOption>) =>
    onChange(options.with(index, { ...options[index]!, ...change }))
  const add = () => {
    const color = COLOURS[options.length % COLOURS.length]!
    onChange([...options, { key: '', labels: {}, color, kept: false }])
  }
  return (
    <fieldset className={classes.options}>
      <legend>{t('settings.options')}</legend>
      {options.map((option, index) => {
        const n = index + 1
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a new option has no key of its own yet
          <div key={index} className={classes.option}>
            <TextInput
              aria-label={`${t('settings.optionName', { n })} · ${t('settings.labelZh')}`}
              placeholder={t('settings.labelZh')}
              value={option.labels['zh-CN'] ?? ''}
              onChange={(event) =>
                set(index, { labels: { ...option.labels, 'zh-CN': event.currentTarget.value } })
              }
            />
            <TextInput
              aria-label={`${t('settings.optionName', { n })} · ${t('settings.labelEn')}`}
              placeholder={t('settings.labelEn')}
              value={option.labels.en ?? ''}
              onChange={(event) =>
                set(index, { labels: { ...option.labels, en: event.currentTarget.value } })
              }
            />
            <Select
              aria-label={`${t('settings.optionName', { n })} · ${t('settings.colour')}`}
              data={COLOURS}
              value={option.color ?? 'gray'}
              allowDeselect={false}
              renderOption={({ option: { value } }) => <Tag colour={value}>{value}</Tag>}
              onChange={(color) => set(index, { color: color as Colour })}
            />
            <ActionIcon
              aria-label={t('settings.removeOption', { n })}
              disabled={option.kept}
              onClick={() => onChange(options.toSpliced(index, 1))}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
        )
      })}
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      <Button
        variant="subtle"
        leftSection={<IconPlus size={14} />}
        onClick={add}
        style={{ alignSelf: 'flex-start' }}
      >
        {t('settings.addOption')}
      </Button>
    </fieldset>
  )
}
