import { describe, expect, it } from 'vitest'
import { dayOf, daysShown, onDay, step } from './days'

describe('calendar', () => {
  it('shows whole weeks from Monday', () => {
    const november = daysShown('2026-11-21', 'month')
    const ends = [november[0], november.at(-1), november.length]
    expect(ends).toEqual(['2026-10-26', '2026-12-06', 42])
    // February 2027 begins on a Monday and has four whole weeks
    const february = daysShown('2027-02-28', 'month')
    expect([february[0], february.at(-1)]).toEqual(['2027-02-01', '2027-02-28'])
    const week = ['16', '17', '18', '19', '20', '21', '22'].map((day) => `2026-11-${day}`)
    expect(daysShown('2026-11-22', 'week')).toEqual(week)
  })

  it('goes on by months and weeks', () => {
    expect(step('2026-12-31', 'month', 1)).toBe('2027-01-01')
    expect(step('2026-03-31', 'month', -1)).toBe('2026-02-01')
    expect(step('2026-12-28', 'week', 1)).toBe('2027-01-04')
  })

  it('moves a point in time to another day at the same hour, over a change of clocks', () => {
    const zone = 'Europe/Berlin'
    expect(dayOf('2026-10-23T22:30:00Z', zone)).toBe('2026-10-24')
    expect(onDay('2026-10-23T22:30:00Z', '2026-10-26', zone)).toBe('2026-10-25T23:30:00.000Z')
    expect(onDay('2026-10-23', '2026-10-26', zone)).toBe('2026-10-26')
  })
})
