import { useTranslation } from 'react-i18next'
import { usePreference } from '@/api/session'
import { findObject, useObjects } from '@/metadata/hooks'
import { Section } from '@/ui/Section'
import classes from './Home.module.css'
import { RowLink } from './RowLink'

const SHOWN = 6
/** The records one looked at last. */
export function Recents() {
  const { t } = useTranslation()
  const objects = useObjects()
  const [recents = []] = usePreference('recents')
  const known = recents.flatMap((link) => {
    const meta = findObject(objects, link.object)
    return meta ? [{ link, meta }] : []
  })
  return (
    <Section title={t('home.recent')}>
      {!known.length && <p className={classes.none}>{t('home.noRecent')}</p>}
      <ul className={classes.rows}>
        {known.slice(0, SHOWN).map(({ link, meta }) => (
          <li key={link.id}>
            <RowLink path={meta.path} id={link.id} name={link.name} below={meta.label} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
