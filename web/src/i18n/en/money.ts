import type { Shape } from '../shape'
import type { money as zh } from '../zh/money'

export const money: Shape<typeof zh> = {
  views: 'Views of the dashboard',
  overview: 'Overview',
  forecast: 'Forecast',
  forecastBy: 'Summed up by',
  leftOut_one: '{{count}} open opportunity without a close date, or with one past, is not counted.',
  leftOut_other:
    '{{count}} open opportunities without a close date, or with one past, are not counted.',
  forecastHint:
    'Bold: what is won, plus what is open by its probability. Below: won, and open in full.',
  cash: 'Cash',
  expected: 'Expected',
  received: 'Received',
  overdue: 'Overdue',
  instalments_one: '{{count}} instalment',
  instalments_other: '{{count}} instalments',
  payments_one: '{{count}} payment',
  payments_other: '{{count}} payments',
  nothingDue: 'Nothing is due',
  more: '{{count}} more',
  noRight: 'You may not see payment plans, so there is nothing here.',
  noAmounts: 'Your role does not see the amounts of opportunities, so there is no forecast.',
  total: 'Total',
  nobody: 'Nobody',
  won: 'Won {{won}}',
  open: 'Open {{open}}',
  due: 'Payments overdue or due soon',
  noDue: 'No payment is overdue or due soon',
  newLeads: 'New leads to follow up',
  noLeads: 'No lead is waiting',
}
