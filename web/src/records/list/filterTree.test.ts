import { describe, expect, it } from 'vitest'
import type { FilterNode } from '@/api/types'
import {
  append,
  countConditions,
  parseFilter,
  replaceAt,
  sentFilter,
  storedFilter,
} from './filterTree'

const won = { field: 'stage', op: 'in', value: ['won'] }
const large = { field: 'amount', op: '>=', value: '1000' }
const tree: FilterNode = { all: [won, { any: [large, { field: 'owner', op: 'empty' }] }] }

describe('filter tree', () => {
  it('gives back the tree it was given', () => {
    expect(storedFilter(parseFilter(tree))).toEqual(tree)
  })

  it('makes a group of a condition that stands alone', () => {
    expect(storedFilter(parseFilter(won))).toEqual({ all: [won] })
  })

  it('keeps nodes it cannot edit', () => {
    const node: FilterNode = { all: [won, { not: large }, { has: 'tasks', where: won }] }
    expect(storedFilter(parseFilter(node))).toEqual(node)
    expect(sentFilter(node)).toEqual(node)
  })

  it('does not send unfinished conditions or empty groups', () => {
    const half = { field: 'amount', op: 'between', value: ['1', ''] }
    expect(sentFilter({ all: [won, half, { any: [{ field: 'name', op: 'contains' }] }] })).toEqual({
      all: [won],
    })
    expect(sentFilter({ all: [half] })).toBeUndefined()
    expect(sentFilter({ all: [] })).toBeUndefined()
  })

  it('sends a false and a zero, which are values', () => {
    const node: FilterNode = {
      all: [
        { field: 'active', op: 'is', value: false },
        { field: 'employees', op: '>', value: 0 },
      ],
    }
    expect(sentFilter(node)).toEqual(node)
  })

  it('counts, appends, replaces and removes', () => {
    const group = parseFilter(tree)
    expect(countConditions(group)).toBe(3)
    expect(countConditions(append(group, large))).toBe(4)
    expect(storedFilter(replaceAt(group, 1, null))).toEqual({ all: [won] })
    expect(storedFilter(replaceAt(parseFilter(won), 0, large))).toEqual({ all: [large] })
  })
})
