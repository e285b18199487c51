import { MultiSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import { useObjects } from '@/metadata/hooks'

const MANY = 100
const NOWHERE = { object: '', path: '' }

interface Props {
  value: string[]
  onChange: (ids: string[]) => void
}

/** The roles that something is shared with. */
export function RolePicker({ value, onChange }: Props) {
  const { t } = useTranslation()
  const meta = useObjects().find(({ object }) => object === 'role')
  const { data } = useQuery({
    ...rowsQuery(meta ?? NOWHERE, { limit: MANY, count: 'none' }),
    enabled: meta !== undefined,
  })
  return (
    <MultiSelect
      label={t('list.sharedRoles')}
      searchable
      data={(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
    />
  )
}
