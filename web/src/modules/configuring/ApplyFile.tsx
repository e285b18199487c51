import { Button, Checkbox } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  applyConfiguration,
  type Conversion,
  compareConfiguration,
  type Difference,
} from '@/api/configuring'
import { ApiError, type FieldError } from '@/api/errors'
import { confirm } from '@/ui/confirm'
import { FileButton } from '@/ui/FileButton'
import { IconUpload } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { Section } from '@/ui/Section'
import { toast, toastError } from '@/ui/toast'
import classes from './Configuring.module.css'
import { Differences } from './Differences'

interface Looked {
  name: string
  file: Record<string, unknown>
  changes: Difference[]
  faults: FieldError[]
  conversions: Conversion[]
}
/** How a file is applied. */
interface Options {
  prune: boolean
  empty_unfit: boolean
}
const UNFIT = 'unfit'

/** A file is chosen, what it would change is shown, then it is applied. */
export function ApplyFile() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [looked, setLooked] = useState<Looked | null>(null)
  const [options, setOptions] = useState<Options>({ prune: false, empty_unfit: false })
  const { prune } = options
  const [busy, setBusy] = useState(false)
  const look = async (name: string, file: Looked['file'], asked: Options) => {
    setOptions(asked)
    setBusy(true)
    try {
      const { changes } = await compareConfiguration(file)
      const done = await applyConfiguration(file, { ...asked, dry_run: true })
        .then(({ conversions }) => ({ conversions, faults: [] }))
        .catch((error: unknown) => {
          if (!(error instanceof ApiError && error.problem.errors)) throw error
          return { conversions: [], faults: error.problem.errors }
        })
      setLooked({ name, file, changes, ...done })
    } catch (error) {
      setLooked(null)
      toastError(error)
    }
    setBusy(false)
  }
  const choose = async (chosen: File | null) => {
    if (!chosen) return
    try {
      await look(chosen.name, JSON.parse(await chosen.text()), options)
    } catch {
      toast(t('configuring.notJson'))
    }
  }
  const apply = async ({ file }: Looked, count: number) => {
    const title = t('configuring.applyConfirm')
    const body = t('configuring.willChange', { count })
    if (!(await confirm({ title, body, yes: t('configuring.apply') }))) return
    setBusy(true)
    try {
      const { changes } = await applyConfiguration(file, { ...options, dry_run: false })
      toast(t('configuring.applied', { count: changes.length }))
      setLooked(null)
      await client.invalidateQueries()
    } catch (error) {
      toastError(error)
    }
    setBusy(false)
  }
  const kept = looked?.changes.filter(({ change }) => change === 'removed') ?? []
  const done = looked?.changes.filter(({ change }) => prune || change !== 'removed') ?? []
  return (
    <Section title={t('configuring.applyTitle')}>
      <p className={classes.hint}>{t('configuring.applyHint')}</p>
      <div className={classes.bar}>
        <FileButton accept=".json,application/json" onChange={(chosen) => void choose(chosen)}>
          {(props) => (
            <Button {...props} loading={busy} leftSection={<IconUpload size={15} />}>
              {t('configuring.choose')}
            </Button>
          )}
        </FileButton>
        {looked && <span className="dim">{looked.name}</span>}
      </div>
      {looked && (
        <div className={classes.result} role="status">
          {kept.length > 0 && (
            <div>
              <Checkbox
                label={t('configuring.prune')}
                aria-describedby="prune-hint"
                checked={prune}
                onChange={({ currentTarget: { checked } }) =>
                  void look(looked.name, looked.file, { ...options, prune: checked })
                }
              />
              <p id="prune-hint" className={classes.small}>
                {prune
                  ? t('configuring.pruneHint')
                  : t('configuring.onlyHere', { count: kept.length })}
              </p>
            </div>
          )}
          {(options.empty_unfit || looked.faults.some(({ code }) => code === UNFIT)) && (
            <Checkbox
              label={t('configuring.emptyUnfit')}
              checked={options.empty_unfit}
              onChange={({ currentTarget: { checked } }) =>
                void look(looked.name, looked.file, { ...options, empty_unfit: checked })
              }
            />
          )}
          <Conversions conversions={looked.conversions} />
          {looked.faults.length > 0 && <Faults faults={looked.faults} />}
          <h3>
            {done.length
              ? t('configuring.willChange', { count: done.length })
              : t('configuring.same')}
          </h3>
          <Differences changes={done} />
          {done.length > 0 && (
            <Button
              variant="filled"
              style={{ justifySelf: 'start' }}
              disabled={looked.faults.length > 0}
              loading={busy}
              onClick={() => void apply(looked, done.length)}
            >
              {t('configuring.apply')}
            </Button>
          )}
        </div>
      )}
    </Section>
  )
}

/** What becomes of values whose field gets another type. */
function Conversions({ conversions }: { conversions: Conversion[] }) {
  const { t } = useTranslation()
  return conversions.map(({ pointer, fit, total, unfit }) => (
    <Notice key={pointer} kind={unfit ? 'warning' : 'info'}>
      {t('configuring.converts', { key: pointer.split('/').at(-1) ?? '', fit, total })}{' '}
      {unfit > 0 && t('configuring.emptied', { count: unfit })}
    </Notice>
  ))
}

function Faults({ faults }: { faults: FieldError[] }) {
  const { t } = useTranslation()
  return (
    <>
      <h3>{t('configuring.doesNotFit', { count: faults.length })}</h3>
      <ul className={classes.faults}>
        {faults.map((fault) => (
          <li key={`${fault.pointer} ${fault.code}`}>
            {fault.message}
            <code>{fault.pointer}</code>
          </li>
        ))}
      </ul>
    </>
  )
}
