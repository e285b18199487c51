import { useTranslation } from 'react-i18next'
import type { ChangedFact } from '@/api/past'
import type { ObjectMeta } from '@/metadata/types'
import { Time } from '@/ui/Time'
import { BeforeAfter } from '../record/Changes'
import classes from './Past.module.css'

/** Facts that are otherwise now, each from what to what, and who changed it last. */
export function Facts({ meta, facts }: { meta: ObjectMeta; facts: ChangedFact[] }) {
  const { t } = useTranslation()
  return (
    <ul className={classes.facts}>
      {facts.map((fact) => (
        <li key={fact.field}>
          <span className="dim">{fact.label}</span>
          <span>
            <BeforeAfter meta={meta} change={fact} />
            <small className="dim3">
              {fact.actor.name || t('record.systemUser')} · <Time at={fact.at} />
              {fact.times > 1 && ` · ${t('past.times', { count: fact.times })}`}
            </small>
          </span>
        </li>
      ))}
    </ul>
  )
}
