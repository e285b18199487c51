import { useTranslation } from 'react-i18next'
import type { Link } from '@/api/types'
import { FieldInput } from '@/fields/Field'
import type { Field } from '@/metadata/types'
import classes from './HandOver.module.css'

interface Props {
  label: string
  value: Link[]
  /** Who leaves is nobody to give anything to. */
  without: string
  onChange: (people: Link[]) => void
}

/** One or several users, found by typing. */
export function People({ label, value, without, onChange }: Props) {
  const { t } = useTranslation()
  const field: Field = { key: 'to', type: 'link_to_many', label, target: 'user' }
  return (
    <div className={classes.people}>
      <FieldInput
        field={field}
        value={value}
        onChange={(next) =>
          onChange(((next as Link[] | null) ?? []).filter((link) => link.id !== without))
        }
      />
      <small className="dim3">{t('handover.toHint')}</small>
    </div>
  )
}
