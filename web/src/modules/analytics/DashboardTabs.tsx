import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useObject } from '@/metadata/hooks'
import classes from './DashboardTabs.module.css'

/** From the figures of selling to the forecast and the cash that is due; by what one may read. */
export function DashboardTabs() {
  const { t } = useTranslation()
  const deals = useObject('opportunity')
  const plans = useObject('payment_plan')
  return (
    <nav className={classes.tabs} aria-label={t('money.views')}>
      <Link
        to="/dashboard"
        activeOptions={{ exact: true, includeSearch: false }}
        className={classes.tab}
      >
        {t('money.overview')}
      </Link>
      {deals?.rights.read && (
        <Link to="/dashboard/forecast" className={classes.tab}>
          {t('money.forecast')}
        </Link>
      )}
      {plans?.rights.read && (
        <Link to="/dashboard/cash" className={classes.tab}>
          {t('money.cash')}
        </Link>
      )}
    </nav>
  )
}
