import { Link, type LinkProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import {
  type Icon,
  IconAdjustmentsHorizontal,
  IconBuilding,
  IconChevronRight,
  IconShield,
  IconUpload,
  IconUserPlus,
} from '@/ui/icons'
import { Section } from '@/ui/Section'
import classes from './Home.module.css'

const settings = (page: string): LinkProps => ({ to: '/settings/$', params: { _splat: page } })
type Key = 'Company' | 'Invite' | 'Import' | 'Fields' | 'Roles'
const STEPS: { icon: Icon; key: Key; link: LinkProps }[] = [
  { icon: IconBuilding, key: 'Company', link: settings('company') },
  { icon: IconUserPlus, key: 'Invite', link: settings('users') },
  { icon: IconUpload, key: 'Import', link: { to: '/imports' } },
  { icon: IconAdjustmentsHorizontal, key: 'Fields', link: settings('fields') },
  { icon: IconShield, key: 'Roles', link: settings('roles') },
]

/** What an administrator does first. */
export function Setup() {
  const { t } = useTranslation()
  return (
    <Section title={t('home.setup')}>
      <ul className={classes.rows}>
        {STEPS.map(({ icon: Sign, key, link }) => (
          <li key={key}>
            <Link {...link} className={classes.row}>
              <Sign size={18} stroke={1.6} aria-hidden />
              <span className={classes.words}>
                <b>{t(`home.setup${key}`)}</b>
                <small>{t(`home.setup${key}Hint`)}</small>
              </span>
              <IconChevronRight size={15} aria-hidden />
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
