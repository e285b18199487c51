import { describe, expect, it } from 'vitest'
import { decimalOf, textOf } from '@/fields/lines/decimal'
import { equalParts, unplanned } from './instalments'

describe('instalments', () => {
  it('are equal, the last takes the rest, and the end of a month stays one', () => {
    expect(equalParts(decimalOf('1000')!, 3, 2, '2027-02-28', 1)).toEqual([
      { due_on: '2027-02-28', amount: '333.33' },
      { due_on: '2027-03-31', amount: '333.33' },
      { due_on: '2027-04-30', amount: '333.34' },
    ])
    const days = equalParts(decimalOf('3')!, 3, 2, '2027-01-30', 1).map(({ due_on }) => due_on)
    expect(days).toEqual(['2027-01-30', '2027-02-28', '2027-03-30'])
    expect(equalParts(decimalOf('7')!, 2, 0, '2026-01-15', 3)).toEqual([
      { due_on: '2026-01-15', amount: '3' },
      { due_on: '2026-04-15', amount: '4' },
    ])
  })
  it('cover what is not planned yet', () => {
    const contract = {
      id: '1',
      name: 'C',
      version: 1,
      total: { amount: '100.00', currency: 'CNY' },
      planned: { amount: '40.50', currency: 'CNY' },
    }
    expect(textOf(unplanned(contract))).toBe('59.50')
  })
})
