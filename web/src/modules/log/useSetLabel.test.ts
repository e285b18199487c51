import { expect, it } from 'vitest'
import { log as en } from '@/i18n/en/log'
import { log as zh } from '@/i18n/zh/log'
import { ownWork } from './useSetLabel'

it('has words in both languages for what the product does by itself', () => {
  for (const label of ['Expired', 'Overdue', 'Rights of a new release']) {
    const key = ownWork(label)!
    expect(zh.own[key]).toMatch(/^\p{Script=Han}+$/u)
    expect(en.own[key]).toBeTruthy()
  }
  expect(ownWork('customers.csv')).toBeUndefined()
})
