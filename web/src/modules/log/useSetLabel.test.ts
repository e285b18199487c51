import { expect, it } from 'vitest'
import { log as en } from '@/i18n/en/log'
import { log as zh } from '@/i18n/zh/log'
import { actionOf } from './useSetLabel'

it('has words in both languages for what the product does by itself', () => {
  for (const label of [
    'quote.expired',
    'payment_plan.overdue',
    'role.new_rights',
    'demo.cleared',
  ]) {
    const key = actionOf(label).known!
    expect(zh.actions[key]).toMatch(/^\p{Script=Han}+$/u)
    expect(en.actions[key]).toBeTruthy()
  }
  expect(actionOf('customers.csv').known).toBeUndefined()
})
