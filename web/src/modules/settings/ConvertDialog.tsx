import { Button, Checkbox, Group, Modal, Select, Stack, Table } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Converted, type CustomField, convertField } from '@/api/admin'
import { settingsOf } from '@/fields/definition'
import type { FieldType } from '@/metadata/types'
import { Notice } from '@/ui/Notice'
import { messageOf, toast } from '@/ui/toast'
import { type DraftOption, OptionsEditor } from './OptionsEditor'
import { optionsBody } from './optionDraft'

// what is computed, or leads to records, has no cell that another type could read
const TYPES: FieldType[] = [
  ...(['text', 'long_text', 'rich_text', 'integer', 'decimal', 'percent', 'money'] as const),
  ...(['date', 'datetime', 'time', 'duration', 'rating', 'boolean', 'choice'] as const),
  ...(['multi_choice', 'tags', 'email', 'phone', 'url', 'region', 'industry'] as const),
  ...(['credit_code', 'currency', 'geo_point', 'address'] as const),
]
export const convertible = (type: FieldType) => TYPES.includes(type)

interface Props {
  field: CustomField
  name: string
  onDone: () => void
  onClose: () => void
}

/** Another type for a field: what would not fit is shown before anything is done. */
export function ConvertDialog({ field, name, onDone, onClose }: Props) {
  const { t } = useTranslation()
  const [type, setType] = useState<FieldType | null>(null)
  const [options, setOptions] = useState<DraftOption[]>([])
  const [seen, setSeen] = useState<Converted['preview'] | null>(null)
  const [empty, setEmpty] = useState(false)
  const sealed = field.encrypted === true
  const [kept, setKept] = useState(true)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const stays = sealed && kept && (!type || settingsOf(type).includes('encrypted'))
  const chosen = type !== null && settingsOf(type).includes('options')
  const send = async (preview: boolean) => {
    if (!type) return
    setBusy(true)
    setFailure(null)
    try {
      const body = {
        type,
        ...(chosen && { options: optionsBody(options) }),
        ...(sealed && { encrypted: stays }),
      }
      const done = await convertField(field.id, { ...body, preview, empty_unfit: empty })
      setSeen(done.preview)
      if (!preview) {
        toast(t('settings.convert.done', { name }))
        onDone()
        onClose()
      }
    } catch (error) {
      setFailure(messageOf(error))
    }
    setBusy(false)
  }
  return (
    <Modal opened onClose={onClose} title={t('settings.convert.title', { name })} size={640}>
      <Stack gap="sm">
        {failure && <Notice kind="error">{failure}</Notice>}
        <Select
          label={t('settings.convert.to')}
          description={t('settings.convert.hint')}
          searchable
          data={TYPES.filter((one) => sealed || one !== field.type).map((value) => ({
            value,
            label: t(`settings.types.${value}`),
          }))}
          value={type}
          onChange={(next) => {
            setType(next as FieldType | null)
            setSeen(null)
          }}
        />
        {sealed && (
          <Checkbox
            label={t('settings.convert.encrypted')}
            description={t('settings.convert.encryptedHint')}
            disabled={type !== null && !settingsOf(type).includes('encrypted')}
            checked={stays}
            onChange={(event) => {
              setKept(event.currentTarget.checked)
              setSeen(null)
            }}
          />
        )}
        {chosen && <OptionsEditor options={options} onChange={setOptions} />}
        {seen && <Seen seen={seen} />}
        {seen !== null && seen.unfit > 0 && (
          <Checkbox
            label={t('settings.convert.empty', { count: seen.unfit })}
            checked={empty}
            onChange={(event) => setEmpty(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button disabled={!type} loading={busy && !seen} onClick={() => void send(true)}>
            {t('settings.convert.preview')}
          </Button>
          <Button
            variant="filled"
            disabled={!seen || (seen.unfit > 0 && !empty)}
            loading={busy && seen !== null}
            onClick={() => void send(false)}
          >
            {t('settings.convert.go')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Seen({ seen }: { seen: Converted['preview'] }) {
  const { t } = useTranslation()
  return (
    <>
      <p aria-live="polite">
        {t('settings.convert.counts', { total: seen.total, fit: seen.fit, unfit: seen.unfit })}
      </p>
      {seen.examples.length > 0 && (
        <Table aria-label={t('settings.convert.unfit')}>
          <Table.Tbody>
            {seen.examples.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>{one.name}</Table.Td>
                <Table.Td>
                  <b>{one.value}</b>
                </Table.Td>
                <Table.Td>{one.message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {seen.samples.length > 0 && (
        <ul>
          {seen.samples.map((one) => (
            <li key={one.from}>
              {one.from} → <b>{one.to || '—'}</b>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
