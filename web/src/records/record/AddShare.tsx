import { NativeSelect, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { HOLDERS, type Share } from '@/api/sharing'
import { useLinkChoices } from '@/fields/links'
import classes from './Share.module.css'

interface Props {
  taken: string[]
  onAdd: (share: Share) => void
}

/** Whom to share with: a person, a role or a department, found by typing. */
export function AddShare({ taken, onAdd }: Props) {
  const { t } = useTranslation()
  const [kind, setKind] = useState<(typeof HOLDERS)[number]>('user')
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed, 150)
  const { items } = useLinkChoices(kind, q, undefined)
  const offered = items.filter((item) => !taken.includes(item.id))
  const add = (id: string | null) => {
    const found = offered.find((item) => item.id === id)
    if (!found) return
    setTyped('')
    const holder = { id: found.id, name: found.name, object: kind }
    onAdd({ with: holder, level: 'read', until: null, part: null, over: false })
  }
  return (
    <div className={classes.add}>
      <NativeSelect
        size="xs"
        aria-label={t('record.shareKind')}
        data={HOLDERS.map((value) => ({ value, label: t(`record.shareHolders.${value}`) }))}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value as typeof kind)}
      />
      <Select
        className={classes.find}
        size="xs"
        data-autofocus
        searchable
        aria-label={t('record.shareWith')}
        placeholder={t('record.shareWith')}
        data={offered.map(({ id, name }) => ({ value: id, label: name }))}
        filter={({ options }) => options}
        nothingFoundMessage={t('fields.noMatch')}
        value={null}
        searchValue={typed}
        onSearchChange={setTyped}
        onChange={add}
      />
    </div>
  )
}
