import { useTranslation } from 'react-i18next'
import type { MergePreview } from '@/api/duplicates'
import classes from './Duplicates.module.css'

/** What will follow the record that goes, counted. */
export function References({ preview }: { preview: MergePreview }) {
  const { t } = useTranslation()
  const known = preview.references.filter(({ label }) => label !== null)
  const hidden = preview.references.find(({ label }) => label === null)
  return (
    <p className={classes.note}>
      {preview.total ? t('duplicates.moves', { count: preview.total }) : t('duplicates.movesNone')}{' '}
      {known.map(({ object, field, label, count }) => (
        <span key={`${object}.${field}`} className={classes.moved}>
          {label} <b>{count}</b>
        </span>
      ))}
      {hidden && <span className="dim3">{t('duplicates.hidden', { count: hidden.count })}</span>}
    </p>
  )
}
