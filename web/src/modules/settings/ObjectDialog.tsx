import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type CustomObject, saveDefinition } from '@/api/admin'
import { isApiError } from '@/api/errors'
import { iconNames, metadataIcon } from '@/ui/metadataIcons'
import { Notice } from '@/ui/Notice'
import { messageOf, toast } from '@/ui/toast'
import { keyFrom } from './words'

interface Props {
  object: CustomObject | null
  onSaved: () => void
  onClose: () => void
}

const pair = (zh: string, en: string) => ({
  en: en.trim() || zh.trim(),
  'zh-CN': zh.trim() || en.trim(),
})

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
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [failure, setFailure] = useState<string | null>(null)
  const key = object?.name ?? (draft.key || keyFrom(draft.en))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const { zh, en, pluralZh, pluralEn, icon } = draft
    const body = {
      ...(object ? {} : { name: key }),
      labels: pair(zh, en),
      labels_plural: pair(pluralZh || zh, pluralEn || en),
      icon,
    }
    try {
      await saveDefinition('custom_objects', object?.id ?? null, body)
      toast(t('settings.saved'))
      onSaved()
      onClose()
    } catch (error) {
      const found = isApiError(error) ? error.fields : {}
      setErrors(found)
      if (!Object.keys(found).length) setFailure(messageOf(error))
    }
  }
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
    <Modal opened onClose={onClose} title={title} size={520}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          {failure && <Notice kind="error">{failure}</Notice>}
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
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" variant="filled">
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
