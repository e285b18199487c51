import { Group, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CustomObject } from '@/api/admin'
import { iconNames, metadataIcon } from '@/ui/metadataIcons'
import { DefinitionDialog } from './DefinitionDialog'
import { bothWords, keyFrom } from './words'

interface Props {
  object: CustomObject | null
  onSaved: () => void
  onClose: () => void
}

/** Makes or changes a custom object: its words in both languages, its key, its icon. */
export function ObjectDialog({ object, onSaved, onClose }: Props) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState({
    zh: object?.labels['zh-CN'] ?? '',
    en: object?.labels.en ?? '',
    pluralZh: object?.labels_plural?.['zh-CN'] ?? '',
    pluralEn: object?.labels_plural?.en ?? '',
    key: object?.name ?? '',
    icon: object?.icon ?? 'cube',
  })
  const key = object?.name ?? (draft.key || keyFrom(draft.en))
  const body = () => ({
    ...(object ? {} : { name: key || undefined }),
    labels: bothWords(draft.zh, draft.en),
    labels_plural: bothWords(draft.pluralZh || draft.zh, draft.pluralEn || draft.en),
    icon: draft.icon,
  })
  const text = (name: 'zh' | 'en' | 'pluralZh' | 'pluralEn', label: string, error?: string) => (
    <TextInput
      label={label}
      value={draft[name]}
      error={error}
      onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
    />
  )
  const Sign = metadataIcon(draft.icon)
  const title = object
    ? t('settings.editObject', { name: draft.zh || draft.en })
    : t('settings.newObject')
  return (
    <DefinitionDialog
      title={title}
      kind="custom_objects"
      id={object?.id ?? null}
      body={body}
      onSaved={onSaved}
      onClose={onClose}
    >
      {(errors) => (
        <>
          <Group grow gap="sm" align="flex-start">
            {text('zh', t('settings.labelZh'), errors.labels)}
            {text('en', t('settings.labelEn'))}
          </Group>
          <Group grow gap="sm" align="flex-start">
            {text('pluralZh', t('settings.pluralZh'), errors.labels_plural)}
            {text('pluralEn', t('settings.pluralEn'))}
          </Group>
          <TextInput
            label={t('settings.key')}
            description={t('settings.keyHint')}
            disabled={object !== null}
            value={key}
            error={errors.name ?? errors.key}
            onChange={(event) => setDraft({ ...draft, key: event.currentTarget.value })}
          />
          <Select
            label={t('settings.icon')}
            searchable
            data={iconNames}
            value={draft.icon}
            error={errors.icon}
            allowDeselect={false}
            leftSection={<Sign size={15} aria-hidden />}
            renderOption={({ option }) => {
              const Drawn = metadataIcon(option.value)
              return (
                <span className="person">
                  <Drawn size={15} aria-hidden />
                  {option.value}
                </span>
              )
            }}
            onChange={(icon) => icon && setDraft({ ...draft, icon })}
          />
        </>
      )}
    </DefinitionDialog>
  )
}
