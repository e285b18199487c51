import { describe, expect, it } from 'vitest'
import { formatDay, formatMoment, formatMoney, formatNumber, formatRelative } from './format'
import { fromWall, todayIn, toWall } from './zoned'

const yuan = (amount: string) => ({ amount, currency: 'CNY' })

describe('numbers', () => {
  it('writes large decimals digit by digit, not through a float', () => {
    expect(formatNumber('en', '12345678901234567890.1234')).toBe('12,345,678,901,234,567,890.1234')
  })

  it('shows cents only where there are any', () => {
    expect(formatMoney('zh-CN', yuan('1200.00'))).toBe('¥1,200')
    expect(formatMoney('zh-CN', yuan('1200.5000'))).toBe('¥1,200.50')
  })

  it('shortens by language', () => {
    expect(formatMoney('zh-CN', yuan('12345678.00'), true)).toBe('¥1,234.6\u202f万')
    expect(formatMoney('zh-CN', yuan('135012345.00'), true)).toBe('¥1.35\u202f亿')
    expect(formatMoney('zh-CN', yuan('9800'), true)).toBe('¥9,800')
    expect(formatMoney('zh-CN', yuan('3052.68'), true)).toBe('¥3,052.68')
    expect(formatMoney('en', yuan('17.56'), true)).toBe('¥17.56')
    expect(formatNumber('zh-CN', 1234567890123, { notation: 'compact' })).toBe('1.23\u202f万亿')
    expect(formatMoney('en', { amount: '12345678', currency: 'USD' }, true)).toBe('$12.3M')
  })
})

describe('dates', () => {
  it('never moves a day by a zone', () => {
    expect(formatDay('zh-CN', '2026-03-01')).toBe('2026年3月1日')
    expect(formatDay('en', '2026-03-01', true)).toBe('Mar 1')
  })

  it('writes a moment in the given zone', () => {
    const at = '2026-11-21T20:30:00Z'
    expect(formatMoment('en', at, 'Asia/Shanghai')).toContain('Nov 22')
    expect(formatMoment('en', at, 'America/New_York')).toContain('Nov 21')
  })

  it('counts time from now in both directions', () => {
    const now = Date.parse('2026-11-21T12:00:00Z')
    expect(formatRelative('en', '2026-11-21T09:00:00Z', now)).toBe('3 hours ago')
    expect(formatRelative('zh-CN', '2026-11-23T12:00:00Z', now)).toBe('后天')
    expect(formatRelative('en', '2026-11-21T11:59:40Z', now)).toBe('this minute')
  })
})

describe('wall clocks', () => {
  it.each(['Asia/Shanghai', 'America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'UTC'])(
    'there and back in %s',
    (zone) => {
      for (const at of ['2026-03-08T06:30:00.000Z', '2026-07-01T00:00:00.000Z']) {
        expect(fromWall(toWall(at, zone), zone)).toBe(at)
      }
    },
  )

  it('knows the zone of both sides of a clock change', () => {
    expect(fromWall('2026-03-08 01:30:00', 'America/New_York')).toBe('2026-03-08T06:30:00.000Z')
    expect(fromWall('2026-03-08 03:30:00', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z')
  })

  it('names the day in the zone', () => {
    expect(todayIn('Asia/Shanghai', new Date('2026-11-21T17:00:00Z'))).toBe('2026-11-22')
  })
})
