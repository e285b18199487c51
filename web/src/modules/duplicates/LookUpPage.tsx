import { Button, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePermission } from '@/api/session'
import { KnownList } from '@/records/form/KnownList'
import classes from '@/records/form/known.module.css'
import { Empty } from '@/ui/Empty'
import { IconUserSearch } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'

/** Is this customer known already, perhaps to a colleague? One box for name, number and address. */
export default function LookUpPage() {
  const { t } = useTranslation()
  const { q = '' } = useSearch({ from: '/shell/lookup' })
  const navigate = useNavigate()
  const [typed, setTyped] = useState(q)
  const may = usePermission('look_up')
  const ask = (event: FormEvent) => {
    event.preventDefault()
    void navigate({ to: '/lookup', search: { q: typed.trim() || undefined }, replace: true })
  }
  return (
    <>
      <PageHead icon={IconUserSearch} title={t('shell.lookup')} />
      {may ? (
        <div className={classes.page}>
          <form onSubmit={ask}>
            <TextInput
              className="grow"
              autoFocus
              aria-label={t('known.box')}
              placeholder={t('known.box')}
              maxLength={120}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <Button type="submit" variant="filled" disabled={!typed.trim()}>
              {t('known.check')}
            </Button>
          </form>
          {q ? <KnownList text={q} /> : <p className={classes.hint}>{t('known.hint')}</p>}
        </div>
      ) : (
        <Empty icon={IconUserSearch} title={t('known.forbidden')} />
      )}
    </>
  )
}
