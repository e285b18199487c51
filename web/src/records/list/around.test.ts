import { describe, expect, it } from 'vitest'
import type { RecordData } from '@/api/types'
import type { GridLine } from '../grid/types'
import { aroundLine } from './around'
import type { ListGroup } from './useGroups'

const group = (key: string, count: number, folded = false): ListGroup => ({
  key,
  value: key,
  count,
  values: [],
  folded,
})
const row = (id: string) => ({ id, name: id }) as RecordData

describe('the place of a record in a grouped list', () => {
  const groups = [group('a', 2), group('b', 30, true), group('c', 4), group('d', 1)]
  const rows = ['a1', 'a2', 'c1', 'c2', 'd1'].map(row)
  const lines: GridLine[] = [
    { head: 0 },
    { row: 0 },
    { row: 1 },
    { head: 1 },
    { head: 2 },
    { row: 2 },
    { row: 3 },
    { waits: 'c' },
    { waits: 'c' },
    { head: 3 },
    { row: 4 },
  ]
  const around = (id: string) => aroundLine(groups, lines, rows, id)

  it('counts over all groups, folded ones too', () => {
    expect(around('a2')).toMatchObject({ place: 2, count: { value: 37, capped: false } })
    expect(around('c1').place).toBe(33)
    expect(around('d1').place).toBe(37)
    expect(around('nobody')).toMatchObject({ place: null, at: -1 })
  })
  it('goes over heads and folded groups, but never over what has not come', () => {
    expect([around('a1').before, around('a2').after?.id]).toEqual([undefined, 'c1'])
    expect(around('c1').before?.id).toBe('a2')
    expect([around('c2').after, around('d1').before]).toEqual([undefined, undefined])
  })
  it('wants what is near and has not come', () => {
    expect([around('a1').near, around('c2').near, around('d1').near]).toEqual([false, true, true])
  })
  it('counts what a group has beyond what it shows', () => {
    const many = [group('a', 5), group('b', 1)]
    const few: GridLine[] = [
      { head: 0 },
      { row: 0 },
      { row: 1 },
      { rest: 0 },
      { head: 1 },
      { row: 2 },
    ]
    expect(aroundLine(many, few, rows, 'c1')).toMatchObject({ place: 6, before: { id: 'a2' } })
  })
})
