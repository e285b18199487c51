import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Duplicate } from '@/api/errors'
import { fieldOf, pathOf, useObjects } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { Notice } from '@/ui/Notice'
import classes from './form.module.css'

interface Props {
  meta: ObjectMeta
  duplicates: Duplicate[]
  onOpen: () => void
  onCreateAnyway: () => void
}

/** Records that may be the same one, and the way on for him who knows they are not. */
export function DuplicateWarning({ meta, duplicates, onOpen, onCreateAnyway }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  return (
    <Notice kind="warning" title={t('form.duplicateTitle')}>
      <p className={classes.hint}>{t('form.duplicateHint')}</p>
      <ul className={classes.duplicates}>
        {duplicates.map(({ id, name, object, matched_on }) => (
          <li key={id}>
            <Link
              to="/$path/$id"
              params={{ path: pathOf(objects, object), id }}
              className="person link"
              onClick={onOpen}
            >
              <Avatar name={name} size={20} square />
              <span className="trunc">{name}</span>
            </Link>
            <span className="dim">
              {t('form.duplicateOn', {
                fields: matched_on.map((key) => fieldOf(meta, key)?.label ?? key).join(', '),
              })}
            </span>
          </li>
        ))}
      </ul>
      <Button onClick={onCreateAnyway}>{t('form.createAnyway')}</Button>
    </Notice>
  )
}
