import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Duplicate } from '@/api/errors'
import { fieldOf, pathOf, useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { Notice } from '@/ui/Notice'
import classes from './form.module.css'

interface ListProps {
  meta: ObjectMeta
  duplicates: Duplicate[]
  onOpen: () => void
}
interface WarningProps extends ListProps {
  onCreateAnyway: () => void
}

/** Records that may be the same one, and the way on for him who knows they are not. */
export function DuplicateWarning({ onCreateAnyway, ...list }: WarningProps) {
  const { t } = useTranslation()
  return (
    <Notice kind="warning" title={t('form.duplicateTitle')}>
      <p className={classes.hint}>{t('form.duplicateHint')}</p>
      <DuplicateList {...list} />
      <Button onClick={onCreateAnyway}>{t('form.createAnyway')}</Button>
    </Notice>
  )
}

/** The same while one still types: nothing is refused yet. */
export function DuplicateHint(list: ListProps) {
  const { t } = useTranslation()
  return (
    <Notice kind="info" title={t('form.duplicateTitle')}>
      <DuplicateList {...list} />
    </Notice>
  )
}

function DuplicateList({ meta, duplicates, onOpen }: ListProps) {
  const { t } = useTranslation()
  const objects = useObjects()
  return (
    <ul className={classes.duplicates}>
      {duplicates.map(({ id, name, object, matched_on, likely }, index) => (
        <li key={id ?? index}>
          {id ? (
            <Link
              to="/$path/$id"
              params={{ path: pathOf(objects, object), id }}
              className="person link"
              onClick={onOpen}
            >
              <Avatar name={name ?? ''} size={20} square />
              <span className="trunc">{name}</span>
            </Link>
          ) : (
            <span>{t('form.duplicateUnseen')}</span>
          )}
          <span className="dim">
            {t(likely ? 'form.duplicateClose' : 'form.duplicateOn', {
              fields: matched_on.map((key) => fieldOf(meta, key)?.label ?? key).join(', '),
            })}
          </span>
        </li>
      ))}
    </ul>
  )
}
