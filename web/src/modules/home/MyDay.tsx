import { useTranslation } from 'react-i18next'
import { useMe } from '@/api/session'
import type { FilterNode } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import { IconHome } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'
import { useFormat } from '@/ui/useFormat'
import { todayIn, toWall } from '@/ui/zoned'
import { UNPAID } from '../money/cash'
import { Closing } from './Closing'
import classes from './Home.module.css'
import { Newest } from './Newest'
import { PipelineCard } from './PipelineCard'
import { Recents } from './Recents'
import { RowsCard } from './RowsCard'
import { reachOf } from './reach'
import { Setup } from './Setup'
import { Tasks } from './Tasks'

const FRESH: FilterNode = { field: 'status', op: 'is', value: 'new' }

/** Where the day begins: what is due, how the pipeline stands, where one was; by role. */
export default function MyDay() {
  const { t } = useTranslation()
  const me = useMe()
  const { timezone, locale } = useFormat()
  const hour = Number(toWall(new Date().toISOString(), timezone).slice(11, 13))
  const part = hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening'
  const today = new Date().toLocaleDateString(locale, {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    timeZone: timezone,
  })
  const opportunities = useObject('opportunity')
  const tasks = useObject('task')
  // service and marketing look deals up, but have none of their own
  const sells = me.home !== 'service' && me.home !== 'marketing'
  const selling = sells && opportunities?.rights.read ? opportunities : null
  const leads = useObject('lead')
  const plans = useObject('payment_plan')
  const reach = reachOf(me.home)
  const mine = (...more: FilterNode[]) => ({ all: [...more, ...(reach ? [reach] : [])] })
  const soon: FilterNode = {
    any: [
      { field: 'due_on', op: '<', value: todayIn(timezone) },
      { field: 'due_on', op: 'in_period', value: 'next_7_days' },
    ],
  }
  return (
    <>
      <PageHead icon={IconHome} title={t('shell.home')} />
      <div className={classes.home}>
        <div className={classes.greeting}>
          <h2>{t(`home.${part}`, { name: me.user.name })}</h2>
          <span className="dim">{today}</span>
        </div>
        <div className={classes.columns}>
          <div className={classes.column}>
            {tasks?.rights.read && <Tasks meta={tasks} />}
            {selling && <Closing meta={selling} home={me.home} />}
          </div>
          <div className={classes.column}>
            {me.home === 'admin' && <Setup />}
            {selling && <PipelineCard meta={selling} home={me.home} />}
            {plans?.rights.read && (
              <RowsCard
                meta={plans}
                title={t('money.due')}
                none={t('money.noDue')}
                filter={mine(UNPAID, soon)}
                sort="due_on"
                below={['due_on', 'account']}
                end="outstanding"
                due="due_on"
              />
            )}
            {leads?.rights.create && (
              <RowsCard
                meta={leads}
                title={t('money.newLeads')}
                none={t('money.noLeads')}
                filter={me.home === 'marketing' ? { all: [FRESH] } : mine(FRESH)}
                sort="-created_at"
                below={['company']}
                end="source"
              />
            )}
            <Recents />
            <Newest />
          </div>
        </div>
      </div>
    </>
  )
}
