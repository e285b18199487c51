import { describe, expect, it } from 'vitest'
import type { Field } from '@/metadata/types'
import { columnSums } from './ColumnSums'
import { textOf } from './decimal'
import { differences } from './differences'

const column = (key: string, more: Partial<Field> = {}): Field => ({
  key,
  type: 'text',
  label: key,
  custom: true,
  ...more,
})
const columns = [column('item'), column('price'), column('amount', { read_only: true })]

describe('lines', () => {
  it('are told apart by their ids, wherever they stand', () => {
    const a = { id: 'a', item: 'bolt', price: '1', amount: '1' }
    const b = { id: 'b', item: 'nut', price: '2', amount: '2' }
    const found = differences(columns, [a, b], [{ ...b, price: '3', amount: '3' }, { id: 'c' }])
    expect(
      found.map(({ key, row, columns: other }) => [key, row, other.map((one) => one.key)]),
    ).toEqual([
      ['b', 1, ['price']],
      ['c', 2, []],
      ['a', 1, []],
    ])
    expect(differences(columns, [a, b], [b, a])).toEqual([])
  })
  it('without ids are told apart by their place', () => {
    const found = differences(columns, [{ item: 'x' }], [{ item: 'y' }, { item: 'z' }])
    expect(found.map(({ row, before }) => [row, before?.item])).toEqual([
      [1, 'x'],
      [2, undefined],
    ])
  })
  it('are added up exactly, each currency by itself', () => {
    const price = (amount: string, currency: string) => ({ price: { amount, currency } })
    const lines = [price('0.10', 'CNY'), price('0.20', 'CNY'), price('5', 'USD'), { price: null }]
    const sums = [...columnSums(column('price'), lines)]
    expect(sums.map(([currency, sum]) => [currency, textOf(sum)])).toEqual([
      ['CNY', '0.30'],
      ['USD', '5'],
    ])
  })
})
