import { describe, expect, it } from 'vitest'
import { compareGroups, groupCondition, periodDays } from './grouping'

const stage = { key: 'stage', type: 'link', label: 'Stage', target: 'stage' } as const
const closed = { key: 'closed', type: 'date', label: 'Closed' } as const

describe('groups', () => {
  it.each([
    ['2026-11-21', '2026-11-21', '2026-11-21'],
    ['2026-02', '2026-02-01', '2026-02-28'],
    ['2026-Q4', '2026-10-01', '2026-12-31'],
    ['2026', '2026-01-01', '2026-12-31'],
    // ISO weeks: 2026 begins on a Thursday, 2027 on a Friday
    ['2026-W01', '2025-12-29', '2026-01-04'],
    ['2026-W53', '2026-12-28', '2027-01-03'],
    ['2027-W01', '2027-01-04', '2027-01-10'],
  ])('%s lasts from %s to %s', (period, from, to) => {
    expect(periodDays(period)).toEqual([from, to])
  })

  it('asks for the records of a group', () => {
    const zone = 'Asia/Shanghai'
    expect(groupCondition({ field: stage, unit: null }, { id: 'a', name: 'A' }, zone)).toEqual({
      field: 'stage',
      op: 'is',
      value: 'a',
    })
    expect(groupCondition({ field: closed, unit: 'month' }, '2026-02', zone)).toEqual({
      field: 'closed',
      op: 'between',
      value: ['2026-02-01', '2026-02-28'],
    })
    const none = groupCondition({ field: closed, unit: 'month' }, null, zone)
    expect(none).toEqual({ field: 'closed', op: 'empty' })
  })

  it('puts groups in order, those without a value last', () => {
    const groups = [
      null,
      { id: 'b', name: 'Beta' },
      { id: 'c', name: 'Gamma' },
      { id: 'a', name: 'Z' },
    ]
    const by = compareGroups({ field: stage, unit: null }, ['a', 'b'], 'en')
    expect(groups.toSorted(by).map((one) => one?.id)).toEqual(['a', 'b', 'c', undefined])
  })
})
