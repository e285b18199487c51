import { Button, Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { encryptField } from '@/api/admin'
import { settingsOf } from '@/fields/definition'
import { kindOf } from '@/fields/registry'
import type { ObjectMeta } from '@/metadata/types'
import { confirm } from '@/ui/confirm'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { toast, toastError } from '@/ui/toast'
import classes from './Settings.module.css'

interface Props {
  meta: ObjectMeta
  onSaved: () => Promise<void>
}

/** Shipped fields of an object that are kept as ciphertext, and those that could be. */
export function ShippedEncryption({ meta, onSaved }: Props) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<string | null>(null)
  const encrypting = useMutation({
    mutationFn: (key: string) => encryptField(meta.object, key).then(onSaved),
    onError: toastError,
  })
  const shipped = meta.fields.filter((field) => !field.custom)
  const sealed = shipped.filter((field) => field.encrypted)
  const open = shipped.filter(
    ({ encrypted, system, type, key }) =>
      !encrypted && !system && key !== 'name' && settingsOf(type).includes('encrypted'),
  )
  const field = open.find(({ key }) => key === chosen)
  if (!sealed.length && !open.length) return null
  const encrypt = async () => {
    if (!field) return
    const title = t('settings.shipped.ask', { name: field.label })
    const body = t('settings.shipped.warning')
    if (!(await confirm({ title, body, yes: t('settings.shipped.encrypt') }))) return
    encrypting.mutate(field.key, {
      onSuccess: () => {
        setChosen(null)
        toast(t('settings.shipped.done', { name: field.label }))
      },
    })
  }
  return (
    <Section
      title={t('settings.shipped.title')}
      action={
        <span className={classes.bar}>
          <Select
            w={180}
            searchable
            aria-label={t('settings.shipped.field')}
            placeholder={t('settings.shipped.field')}
            data={open.map(({ key, label }) => ({ value: key, label }))}
            value={field ? chosen : null}
            onChange={setChosen}
          />
          <Button disabled={!field} loading={encrypting.isPending} onClick={() => void encrypt()}>
            {t('settings.shipped.encrypt')}
          </Button>
        </span>
      }
    >
      <p className={classes.hint}>{t('settings.shipped.hint')}</p>
      {sealed.length > 0 && (
        <ul className={classes.rows}>
          {sealed.map(({ key, type, label }) => {
            const Sign = kindOf({ key, type, label }).icon
            return (
              <li key={key} className={classes.row}>
                <Sign size={17} stroke={1.6} aria-hidden />
                <span className={classes.words}>
                  <b>{label}</b>
                  <small>{key}</small>
                </span>
                <Tag colour="teal">{t('settings.encrypted')}</Tag>
              </li>
            )
          })}
        </ul>
      )}
    </Section>
  )
}
