import { Button, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CompanySettings } from '@/api/admin'
import { isApiError } from '@/api/errors'
import { Section } from '@/ui/Section'
import { toastError } from '@/ui/toast'
import classes from './Settings.module.css'
import { useSaveSettings } from './useSaveSettings'

const LINES = [
  { key: 'company_address', label: 'companyAddress' },
  { key: 'company_phone', label: 'companyPhone' },
  { key: 'company_tax_number', label: 'companyTaxNumber' },
  { key: 'company_bank', label: 'companyBank' },
  { key: 'company_name_en', label: 'companyNameEn' },
  { key: 'company_address_en', label: 'companyAddressEn' },
  { key: 'company_bank_en', label: 'companyBankEn' },
] as const
type Key = (typeof LINES)[number]['key']

/** What quotes, contracts and orders say of the company when they are printed. */
export function PrintHead({ settings }: { settings: CompanySettings }) {
  const { t } = useTranslation()
  const save = useSaveSettings()
  const [values, setValues] = useState<Record<Key, string>>({
    company_address: settings.company_address,
    company_phone: settings.company_phone,
    company_tax_number: settings.company_tax_number,
    company_bank: settings.company_bank,
    company_name_en: settings.company_name_en,
    company_address_en: settings.company_address_en,
    company_bank_en: settings.company_bank_en,
  })
  const [errors, setErrors] = useState<Record<string, string>>({})
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setErrors({})
    try {
      await save(values)
    } catch (error) {
      if (isApiError(error)) setErrors(error.fields)
      toastError(error)
    }
  }
  return (
    <Section title={t('settings.printHead')}>
      <p className={classes.hint}>{t('settings.printHeadHint')}</p>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md" maw={340}>
          {LINES.map(({ key, label }) => (
            <TextInput
              key={key}
              label={t(`settings.${label}`)}
              value={values[key]}
              error={errors[key]}
              onChange={(event) => {
                const { value } = event.currentTarget
                setValues((now) => ({ ...now, [key]: value }))
              }}
            />
          ))}
          <Button type="submit" variant="filled" style={{ alignSelf: 'flex-start' }}>
            {t('settings.savePrintHead')}
          </Button>
        </Stack>
      </form>
    </Section>
  )
}
