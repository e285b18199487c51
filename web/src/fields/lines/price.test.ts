import { describe, expect, it } from 'vitest'
import type { Field } from '@/metadata/types'
import { decimalOf, parts, plus, rounded, textOf } from './decimal'
import { coinDigits, lineAmount, lineTax, sumsOf } from './price'
import { isBlank, type Line, writeLines } from './written'

const amountOf = (line: Line, digits = 2) => textOf(lineAmount(line, digits))

describe('decimals', () => {
  it.each([
    ['12.5', '12.5'],
    ['-0.05', '-0.05'],
    ['.5', '0.5'],
    ['7.', '7'],
    ['0012', '12'],
  ])('read and write %s', (text, written) => {
    expect(textOf(decimalOf(text)!)).toBe(written)
  })
  it.each(['', ' ', 'x', '1e3', '1,000', '-'])('refuse %j', (text) => {
    expect(decimalOf(text)).toBeNull()
  })
  it.each([
    ['1.005', 2, '1.01'],
    ['-1.005', 2, '-1.01'],
    ['1.0049', 2, '1.00'],
    ['2.5', 0, '3'],
    ['9.999', 2, '10.00'],
  ])('round %s to %d digits half away from zero', (text, digits, written) => {
    expect(textOf(rounded(decimalOf(text)!, digits))).toBe(written)
  })
  it('part a whole without losing a coin', () => {
    const split = parts(decimalOf('100')!, 3, 2)
    expect(split.map(textOf)).toEqual(['33.33', '33.33', '33.34'])
    expect(textOf(split.reduce(plus))).toBe('100.00')
    expect(parts(decimalOf('0.02')!, 3, 2).map(textOf)).toEqual(['0.00', '0.00', '0.02'])
  })
})

describe('prices', () => {
  it('of a line are quantity × price less the discount', () => {
    expect(amountOf({ quantity: '2', unit_price: '99.995', discount_percent: '5' })).toBe('189.99')
    expect(amountOf({ quantity: '3', unit_price: '0.335' })).toBe('1.01')
    expect(amountOf({ quantity: '1.5', unit_price: '333' }, 0)).toBe('500')
    expect(amountOf({ quantity: null, unit_price: '5' })).toBe('0.00')
    expect(amountOf({ quantity: '1', unit_price: '100', discount_percent: '100' })).toBe('0.00')
  })
  it('of large documents stay exact', () => {
    const line = { quantity: '99999999.9999', unit_price: '99999999.9999' }
    expect(amountOf(line)).toBe('9999999999980000.00')
  })
  it('tax the rounded amount, line by line', () => {
    const line = { quantity: '1', unit_price: '0.125', tax_percent: '13' }
    expect(textOf(lineTax(line, 2))).toBe('0.02')
    const { subtotal, tax, total } = sumsOf([line, line, line], 2)
    expect([subtotal, tax, total].map(textOf)).toEqual(['0.39', '0.06', '0.45'])
  })
  it('know the coins of currencies as the server does', () => {
    expect(['CNY', 'JPY', 'KWD', 'HUF', 'RSD', '??'].map(coinDigits)).toEqual([2, 0, 3, 2, 0, 2])
  })
})

describe('lines', () => {
  const column = (key: string, more: Partial<Field> = {}): Field => ({
    key,
    label: key,
    type: 'decimal',
    ...more,
  })
  const columns = [
    column('product', { type: 'link' }),
    column('quantity', { default: '1' }),
    column('unit_price'),
    column('tax_percent'),
    column('amount', { read_only: true }),
  ]
  it('are blank with nothing but what they begin with', () => {
    expect(isBlank(columns, { quantity: '1', tax_percent: '13' })).toBe(true)
    expect(isBlank(columns, { quantity: '2' })).toBe(false)
  })
  it('are written without blanks, computed amounts and names', () => {
    const product = { id: 'p1', name: 'Pump', object: 'product' }
    const line = { product, quantity: '2', unit_price: '5', amount: '10.00' }
    expect(writeLines(columns, [line, { quantity: '1' }])).toEqual([
      { product: 'p1', quantity: '2', unit_price: '5', tax_percent: null },
    ])
  })
})
