import { lazy } from 'react'
import i18n from '@/i18n'
import { setEmptyHint } from '@/records/list/emptyHints'
import { setActionForm, setPanel } from '@/records/record/parts'
import { fillSlot } from '@/records/slots'
import { setHelpPage } from '@/ui/help'

// What the chain from lead to payment adds to the generic pages; each part comes when it is shown.
setActionForm(
  'lead',
  'convert',
  lazy(() => import('./Convert')),
)
setActionForm(
  'contract',
  'plan_payments',
  lazy(() => import('./PlanPayments')),
)
setPanel('contract', {
  key: 'money',
  label: () => i18n.t('sales.money'),
  // who may not read what was agreed would read noughts
  shows: (meta) => meta.fields.some(({ key, masked }) => key === 'total' && !masked),
  Component: lazy(() => import('./ContractMoney')),
})
setPanel('lead_form', {
  key: 'embed',
  label: () => i18n.t('sales.embed.tab'),
  Component: lazy(() => import('./EmbedForm')),
})
fillSlot(
  'payment_plan',
  'record_banner',
  lazy(() => import('./PayInstalment')),
)
fillSlot(
  'account',
  'record_banner',
  lazy(() => import('./AccountMoney')),
)

const HINTED = ['lead', 'quote', 'contract', 'order', 'payment_plan', 'payment'] as const
for (const object of HINTED) setEmptyHint(object, () => i18n.t(`sales.empty.${object}`))

// What the guide tells of each of them.
const HELP = {
  leads: 'leads',
  lead_forms: 'leads',
  opportunities: 'pipeline',
  quotes: 'quotes',
  contracts: 'contracts',
  orders: 'orders',
  payment_plans: 'payments',
  payments: 'payments',
  pipelines: 'administration',
  stages: 'administration',
}
for (const [path, page] of Object.entries(HELP)) setHelpPage(path, page)
