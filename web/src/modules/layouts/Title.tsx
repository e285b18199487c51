import { Popover, Stack, TextInput, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Words } from '@/api/admin'
import { useWord } from '@/modules/settings/words'
import { IconPencil } from '@/ui/icons'
import classes from './Editor.module.css'

interface Props {
  labels: Words
  /** What is said where nobody gave it a title. */
  fallback: string
  onChange: (labels: Words) => void
}

/** The title of a part; a click asks for it in both languages. */
export function Title({ labels, fallback, onChange }: Props) {
  const { t } = useTranslation()
  const word = useWord()
  const [draft, setDraft] = useState<Words | null>(null)
  const name = word(labels, fallback)
  const close = () => {
    if (draft && JSON.stringify(draft) !== JSON.stringify(labels)) onChange(draft)
    setDraft(null)
  }
  const input = (locale: keyof Words, label: string) => (
    <TextInput
      label={label}
      maxLength={80}
      value={draft?.[locale] ?? ''}
      onChange={(event) => {
        const { [locale]: _before, ...rest } = draft ?? {}
        const text = event.currentTarget.value
        setDraft(text ? { ...rest, [locale]: text } : rest)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) close()
      }}
    />
  )
  return (
    <Popover opened={draft !== null} onChange={(open) => !open && close()} trapFocus withArrow>
      <Popover.Target>
        <UnstyledButton
          className={classes.title}
          aria-label={t('layouts.rename', { name })}
          data-empty={Object.keys(labels).length ? undefined : true}
          onClick={() => (draft ? close() : setDraft(labels))}
        >
          <span className="trunc">{name}</span>
          <IconPencil size={12} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {input('zh-CN', t('layouts.titleZh'))}
          {input('en', t('layouts.titleEn'))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
