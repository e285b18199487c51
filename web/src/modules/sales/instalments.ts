import dayjs from 'dayjs'
import type { Money, RecordData } from '@/api/types'
import { type Decimal, decimalOf, minus, parts, textOf, ZERO } from '@/fields/lines/decimal'
import type { Line } from '@/fields/lines/written'

const DAY = 'YYYY-MM-DD'

/** What of a contract is not planned yet. */
export function unplanned(contract: RecordData): Decimal {
  const amount = (key: string) => decimalOf((contract[key] as Money | null)?.amount) ?? ZERO
  return minus(amount('total'), amount('planned'))
}

/** n equal instalments from a first day on, every so many months; the last takes the rest. */
export function equalParts(
  whole: Decimal,
  count: number,
  digits: number,
  first: string,
  months: number,
): Line[] {
  const start = dayjs(first)
  const ends = start.date() === start.daysInMonth()
  return parts(whole, count, digits).map((amount, index) => {
    // From the first day, so that the 30th comes back after a February; a month's end stays one.
    const due = start.add(index * months, 'month')
    return { due_on: (ends ? due.endOf('month') : due).format(DAY), amount: textOf(amount) }
  })
}

/** The last day of this month: when a first instalment is mostly due. */
export const monthEnd = () => dayjs().endOf('month').format(DAY)
