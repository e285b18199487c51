/** An exact decimal, units × 10^-scale: money is never computed with floats. */
export interface Decimal {
  units: bigint
  scale: number
}

export const ZERO: Decimal = { units: 0n, scale: 0 }
const PLAIN = /^([+-]?)(\d*)(?:\.(\d*))?$/

/** Reads `"12.50"`; null for nothing and for what is no plain decimal. */
export function decimalOf(value: unknown): Decimal | null {
  const parts = PLAIN.exec(String(value ?? '').trim())
  if (!parts || !(parts[2] || parts[3])) return null
  const fraction = parts[3] ?? ''
  const units = BigInt(`${parts[2]}${fraction}`)
  return { units: parts[1] === '-' ? -units : units, scale: fraction.length }
}

const raise = ({ units, scale }: Decimal, to: number) => units * 10n ** BigInt(to - scale)

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { units: raise(a, scale) + raise(b, scale), scale }
}
export const negative = ({ units, scale }: Decimal): Decimal => ({ units: -units, scale })
export const minus = (a: Decimal, b: Decimal): Decimal => plus(a, negative(b))
export const times = (a: Decimal, b: Decimal): Decimal => ({
  units: a.units * b.units,
  scale: a.scale + b.scale,
})
/** A hundredth, exactly. */
export const percent = ({ units, scale }: Decimal): Decimal => ({ units, scale: scale + 2 })

/** Below zero, zero or above. */
export function sign(value: Decimal): -1 | 0 | 1 {
  if (value.units === 0n) return 0
  return value.units < 0n ? -1 : 1
}
export const same = (a: Decimal, b: Decimal) => sign(minus(a, b)) === 0

/** Rounded to so many digits, half away from zero. */
export function rounded(value: Decimal, digits: number): Decimal {
  if (value.scale <= digits) return { units: raise(value, digits), scale: digits }
  const step = 10n ** BigInt(value.scale - digits)
  const size = value.units < 0n ? -value.units : value.units
  const units = (size + step / 2n) / step
  return { units: value.units < 0n ? -units : units, scale: digits }
}

/** The n parts of a whole that differ by at most one coin; the last takes what is left over. */
export function parts(whole: Decimal, count: number, digits: number): Decimal[] {
  const total = rounded(whole, digits).units
  const each = total / BigInt(count)
  return Array.from({ length: count }, (_, index) => ({
    units: index < count - 1 ? each : total - each * BigInt(count - 1),
    scale: digits,
  }))
}

/** As the wire has it: `"-12.50"`. */
export function textOf({ units, scale }: Decimal): string {
  const size = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const whole = size.slice(0, size.length - scale)
  return `${units < 0n ? '-' : ''}${whole}${scale ? `.${size.slice(-scale)}` : ''}`
}
