import { ActionIcon, Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type CustomField, customFieldsQuery } from '@/api/admin'
import { kindOf } from '@/fields/registry'
import { findObject, navigationGroups, useObjects } from '@/metadata/hooks'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import {
  IconAdjustmentsHorizontal,
  IconPencil,
  IconPlus,
  IconTransform,
  IconTrash,
} from '@/ui/icons'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { ConvertDialog, convertible } from './ConvertDialog'
import { FieldDialog } from './FieldDialog'
import classes from './Settings.module.css'
import { ShippedEncryption } from './ShippedEncryption'
import { useDefinitions } from './useDefinitions'
import { useWord } from './words'

/** The fields an administrator added to an object, and those in the bin. */
export default function CustomFields() {
  const { t } = useTranslation()
  const objects = useObjects()
  const first = navigationGroups(objects)[0]?.objects[0]
  const [chosen, setChosen] = useState<string | null>(null)
  const meta = findObject(objects, chosen) ?? first
  const [asked, setAsked] = useState<CustomField | 'new' | null>(null)
  const [converting, setConverting] = useState<CustomField | null>(null)
  const { data, error, refetch } = useQuery(customFieldsQuery(meta?.object ?? '', false))
  const { refresh, drop } = useDefinitions('custom_fields')
  const word = useWord()
  if (!meta) return null
  const button = (
    <Button variant="filled" leftSection={<IconPlus size={14} />} onClick={() => setAsked('new')}>
      {t('settings.newField')}
    </Button>
  )
  return (
    <>
      <Section
        title={t('settings.pages.fields')}
        action={
          <span className={classes.bar}>
            <Select
              w={180}
              searchable
              aria-label={t('settings.object')}
              data={objects.map((one) => ({ value: one.object, label: one.label }))}
              value={meta.object}
              allowDeselect={false}
              onChange={setChosen}
            />
            {data && data.items.length > 0 && button}
          </span>
        }
      >
        {error && <Failure error={error} retry={() => void refetch()} />}
        {!data && !error && <PartSkeleton height={40} />}
        {data && !data.items.length && (
          <Empty
            icon={IconAdjustmentsHorizontal}
            title={t('settings.noFields')}
            hint={t('settings.noFieldsHint')}
          >
            {button}
          </Empty>
        )}
        <ul className={classes.rows}>
          {data?.items.map((field) => {
            const name = word(field.labels, field.key)
            const Sign = kindOf({ key: field.key, type: field.type, label: name }).icon
            const title = t('settings.deleteField', { name })
            return (
              <li key={field.id} className={classes.row}>
                <Sign size={17} stroke={1.6} aria-hidden />
                <span className={classes.words}>
                  <b>{name}</b>
                  <small>
                    {field.key} · {t(`settings.types.${field.type}`)}
                  </small>
                </span>
                {field.required === true && <Tag colour="orange">{t('settings.required')}</Tag>}
                {field.unique === true && <Tag colour="blue">{t('settings.unique')}</Tag>}
                {field.encrypted === true && <Tag colour="teal">{t('settings.encrypted')}</Tag>}
                <ActionIcon
                  aria-label={t('settings.editField', { name })}
                  onClick={() => setAsked(field)}
                >
                  <IconPencil size={15} />
                </ActionIcon>
                {convertible(field.type) && (
                  <ActionIcon
                    aria-label={t('settings.convert.title', { name })}
                    title={t('settings.convert.title', { name })}
                    onClick={() => setConverting(field)}
                  >
                    <IconTransform size={15} />
                  </ActionIcon>
                )}
                <ActionIcon
                  aria-label={title}
                  onClick={() => void drop(field.id, name, title, t('settings.deleteFieldHint'))}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              </li>
            )
          })}
        </ul>
      </Section>
      <ShippedEncryption key={meta.object} meta={meta} onSaved={refresh} />
      <Bin object={meta.object} />
      {converting && (
        <ConvertDialog
          field={converting}
          name={word(converting.labels, converting.key)}
          onDone={() => void refresh()}
          onClose={() => setConverting(null)}
        />
      )}
      {asked && (
        <FieldDialog
          object={meta.object}
          field={asked === 'new' ? null : asked}
          onSaved={() => void refresh()}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  )
}

function Bin({ object }: { object: string }) {
  const { t } = useTranslation()
  const { data } = useQuery(customFieldsQuery(object, true))
  const { bringBack } = useDefinitions('custom_fields')
  const word = useWord()
  if (!data?.items.length) return null
  return (
    <Section title={t('settings.bin')}>
      <ul className={classes.rows}>
        {data.items.map((field) => {
          const name = word(field.labels, field.key)
          return (
            <li key={field.id} className={classes.row}>
              <span className={classes.words}>
                <b>{name}</b>
                <small>{field.key}</small>
              </span>
              <Button onClick={() => void bringBack(field.id, name)}>
                {t('settings.restore')}
              </Button>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
