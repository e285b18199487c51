import { Button, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type CompanySettings, clearDemo, settingsQuery } from '@/api/admin'
import { isApiError } from '@/api/errors'
import { waitForJob } from '@/api/jobs'
import { useCurrencies } from '@/fields/coded'
import { fieldOf, findObject, useObject, useObjects } from '@/metadata/hooks'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { confirm } from '@/ui/confirm'
import { Failure } from '@/ui/Failure'
import { Section } from '@/ui/Section'
import { toast, toastError } from '@/ui/toast'
import { PrintHead } from './PrintHead'
import classes from './Settings.module.css'
import { timezones } from './timezones'
import { useSaveSettings } from './useSaveSettings'

/** What holds for the whole company. */
export default function Company() {
  const { data, error, refetch } = useQuery(settingsQuery)
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <PartSkeleton />
  return (
    <>
      <Basics settings={data} />
      <PrintHead settings={data} />
      <Cascades settings={data} />
      {data.demo && <Demo />}
    </>
  )
}

function Basics({ settings }: { settings: CompanySettings }) {
  const { t } = useTranslation()
  const save = useSaveSettings()
  const [values, setValues] = useState(settings)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const currencies = useCurrencies().options
  const rates = useObject('exchange_rate')
  const set = (change: Partial<CompanySettings>) => setValues((now) => ({ ...now, ...change }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setErrors({})
    const { company_name, base_currency, timezone } = values
    try {
      await save({ company_name, base_currency, timezone })
    } catch (error) {
      if (isApiError(error)) setErrors(error.fields)
      toastError(error)
    }
  }
  return (
    <Section title={t('settings.pages.company')}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md" maw={340}>
          <TextInput
            label={t('settings.companyName')}
            value={values.company_name}
            error={errors.company_name}
            onChange={(event) => set({ company_name: event.currentTarget.value })}
          />
          <Select
            label={t('settings.currency')}
            searchable
            data={currencies}
            value={values.base_currency}
            error={errors.base_currency}
            allowDeselect={false}
            onChange={(next) => next && set({ base_currency: next })}
          />
          {rates && (
            <Link to="/$path" params={{ path: rates.path }}>
              {rates.label_plural}
            </Link>
          )}
          <Select
            label={t('settings.timezone')}
            searchable
            limit={60}
            data={timezones(values.timezone)}
            value={values.timezone}
            error={errors.timezone}
            allowDeselect={false}
            onChange={(next) => next && set({ timezone: next })}
          />
          <Button type="submit" variant="filled" style={{ alignSelf: 'flex-start' }}>
            {t('common.save')}
          </Button>
        </Stack>
      </form>
    </Section>
  )
}

function Cascades({ settings }: { settings: CompanySettings }) {
  const { t } = useTranslation()
  const save = useSaveSettings()
  const objects = useObjects()
  return (
    <Section title={t('settings.cascades')}>
      <p className={classes.hint}>{t('settings.cascadesHint')}</p>
      <Stack gap="sm">
        {Object.entries(settings.cascades).map(([path, on]) => {
          const [object = '', key = ''] = path.split('.')
          const meta = findObject(objects, object)
          const link = fieldOf(meta, key)
          const child = meta?.label_plural ?? object
          const label = link?.target
            ? t('settings.cascade', { child, field: link.label })
            : t('settings.cascadeAny', { child })
          return (
            <Switch
              key={path}
              label={label}
              checked={on}
              onChange={(event) =>
                save({
                  cascades: { ...settings.cascades, [path]: event.currentTarget.checked },
                }).catch(toastError)
              }
            />
          )
        })}
      </Stack>
    </Section>
  )
}

function Demo() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const clear = async () => {
    const body = t('settings.clearConfirm')
    const title = t('settings.clearDemo')
    if (!(await confirm({ title, body, yes: title, danger: true }))) return
    setBusy(true)
    try {
      const { job } = await clearDemo()
      await waitForJob(job)
      toast(t('settings.cleared'))
      await client.invalidateQueries()
    } catch (error) {
      toastError(error)
    }
    setBusy(false)
  }
  return (
    <Section title={t('settings.demo')}>
      <p className={classes.hint}>{t('settings.demoHint')}</p>
      <Button color="red" variant="light" loading={busy} onClick={() => void clear()}>
        {busy ? t('settings.clearing') : t('settings.clearDemo')}
      </Button>
    </Section>
  )
}
