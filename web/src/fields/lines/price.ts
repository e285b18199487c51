import type { Money, RecordData } from '@/api/types'
import type { Field } from '@/metadata/types'
import { type Decimal, decimalOf, minus, percent, plus, rounded, times, ZERO } from './decimal'
import { type Line, TAX } from './written'

export interface Sums {
  subtotal: Decimal
  tax: Decimal
  total: Decimal
}

/** Columns by which a line has a price of its own. */
const PRICED = ['quantity', 'unit_price', 'amount']
export const AMOUNT = 'amount'
const HUNDRED: Decimal = { units: 100n, scale: 0 }

export const isPriced = (columns: Field[]) =>
  !columns.some(({ custom }) => custom) &&
  PRICED.every((key) => columns.some((column) => column.key === key))

/** Currencies whose coins the browsers count otherwise than the server. */
const COINS: Record<string, number> = { COP: 2, HUF: 2, IDR: 2, PKR: 2, RSD: 0 }

/** Digits of a currency's smallest coin; two for what is no currency. */
export function coinDigits(currency: string): number {
  const known = COINS[currency]
  if (known !== undefined) return known
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency })
    return format.resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}

const numberIn = (line: Line, key: string) => decimalOf(line[key]) ?? ZERO

/** Quantity × unit price less the discount, before tax, in whole coins: as the server does it. */
export function lineAmount(line: Line, digits: number): Decimal {
  const kept = percent(minus(HUNDRED, numberIn(line, 'discount_percent')))
  const full = times(numberIn(line, 'quantity'), numberIn(line, 'unit_price'))
  return rounded(times(full, kept), digits)
}

export const lineTax = (line: Line, digits: number): Decimal =>
  rounded(percent(times(lineAmount(line, digits), numberIn(line, TAX))), digits)

/** The sums of what stands in each line, so that what is printed adds up. */
export function sumsOf(lines: Line[], digits: number): Sums {
  const sum = (of: (line: Line, digits: number) => Decimal) =>
    lines.reduce((all, line) => plus(all, of(line, digits)), rounded(ZERO, digits))
  const subtotal = sum(lineAmount)
  const tax = sum(lineTax)
  return { subtotal, tax, total: plus(subtotal, tax) }
}

/** The currency of the document that the lines belong to. */
export function currencyOf(record: Partial<RecordData> | undefined, otherwise: string): string {
  const { currency, total } = (record ?? {}) as { currency?: string; total?: Money }
  return (currency || total?.currency || otherwise).toUpperCase()
}
