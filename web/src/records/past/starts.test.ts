import { describe, expect, it } from 'vitest'
import { startOf } from './starts'
import { momentOf, withVisit } from './visit'

describe('from when on changes count', () => {
  // a Sunday in Shanghai, still Saturday in London
  const now = new Date('2026-11-21T17:00:00Z')

  it('is told in the reader’s zone', () => {
    expect(startOf('today', { timezone: 'Asia/Shanghai', now })).toBe('2026-11-22')
    expect(startOf('today', { timezone: 'Europe/London', now })).toBe('2026-11-21')
  })
  it('goes back to Monday, on a Sunday too', () => {
    expect(startOf('week', { timezone: 'Asia/Shanghai', now })).toBe('2026-11-16')
    const monday = new Date('2026-11-16T04:00:00Z')
    expect(startOf('week', { timezone: 'Asia/Shanghai', now: monday })).toBe('2026-11-16')
  })
  it('goes over the ends of months', () => {
    expect(startOf('days30', { timezone: 'UTC', now })).toBe('2026-10-22')
  })
  it('is unknown without a visit or a day', () => {
    expect(startOf('visit', { timezone: 'UTC', now })).toBeUndefined()
    expect(startOf('day', { timezone: 'UTC', now })).toBeUndefined()
  })
})

describe('visits', () => {
  it('keeps the latest', () => {
    let visits = {}
    for (let n = 0; n < 205; n++) visits = withVisit(visits, `r${n}`, n * 1000)
    expect(Object.keys(visits)).toHaveLength(200)
    expect(visits).toHaveProperty('r204', 204)
    expect(visits).not.toHaveProperty('r4')
    expect(momentOf(204)).toBe('1970-01-01T00:03:24.000Z')
  })
})
