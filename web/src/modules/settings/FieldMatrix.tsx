import { Checkbox, NativeSelect, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { findObject, useObjects } from '@/metadata/hooks'
import { type FieldRules, FREE, SIGHTS, withRule } from './rights'
import classes from './Settings.module.css'

interface Props {
  rules: FieldRules
  disabled: boolean
  onChange: (rules: FieldRules) => void
}

/** The fields of one object: how each is seen, and whether it may be edited. */
export function FieldMatrix({ rules, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const [object, setObject] = useState<string | null>(null)
  const meta = findObject(objects, object ?? 'account') ?? objects[0]
  if (!meta) return null
  const fields = meta.fields.filter((field) => !field.system)
  return (
    <>
      <Select
        mb="xs"
        w={220}
        searchable
        aria-label={t('settings.object')}
        data={objects.map((one) => ({ value: one.object, label: one.label }))}
        value={meta.object}
        allowDeselect={false}
        onChange={setObject}
      />
      <div className={classes.scroll}>
        <table className={classes.matrix}>
          <thead>
            <tr>
              <th scope="col">{t('imports.field')}</th>
              <th scope="col">{t('settings.fieldRead')}</th>
              <th scope="col">{t('settings.fieldEdit')}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => {
              const rule = rules[meta.object]?.[field.key] ?? FREE
              const set = (change: Partial<typeof rule>) =>
                onChange(withRule(rules, meta.object, field.key, { ...rule, ...change }))
              return (
                <tr key={field.key}>
                  <th scope="row">{field.label}</th>
                  <td>
                    <NativeSelect
                      size="xs"
                      w={130}
                      aria-label={`${field.label} · ${t('settings.fieldRead')}`}
                      disabled={disabled}
                      value={rule.read}
                      data={SIGHTS.map((value) => ({
                        value,
                        label: t(`settings.sights.${value}`),
                      }))}
                      onChange={(event) => {
                        const read = SIGHTS.find((one) => one === event.currentTarget.value)
                        if (read) set({ read, edit: rule.edit && read === 'full' })
                      }}
                    />
                  </td>
                  <td>
                    <Checkbox
                      aria-label={`${field.label} · ${t('settings.fieldEdit')}`}
                      disabled={disabled || rule.read !== 'full' || field.read_only}
                      checked={rule.edit && !field.read_only}
                      onChange={(event) => set({ edit: event.currentTarget.checked })}
                    />
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </>
  )
}
