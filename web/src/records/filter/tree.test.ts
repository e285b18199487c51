import { describe, expect, it } from 'vitest'
import type { Condition, FilterNode } from '@/api/types'
import {
  append,
  both,
  countConditions,
  errorsAt,
  parseFilter,
  replaceAt,
  sentFilter,
  storedFilter,
} from './tree'

const won = { field: 'stage', op: 'in', value: ['won'] }
const large = { field: 'amount', op: '>=', value: '1000' }
const tree = { all: [won, { any: [large, { field: 'owner', op: 'empty' }] }] }
const plain = { ask: (condition: Condition) => condition, follow: (related: string) => related }
const sent = (node: FilterNode) => sentFilter(parseFilter(node), '', plain).node

describe('filter tree', () => {
  it.each<[string, FilterNode]>([
    ['groups', tree],
    ['not around a condition', { all: [{ not: large }] }],
    ['not around a group', { all: [{ not: { any: [large, won] } }] }],
    ['not around a group of one', { all: [{ not: { all: [large] } }] }],
    ['not around not', { all: [{ not: { not: large } }] }],
    ['not around all of it', { not: { any: [large, won] } }],
    ['related records', { all: [{ has: 'tasks' }, { has_not: 'quotes.contact', where: won }] }],
    [
      'related of related',
      { all: [{ has: 'tasks', where: { all: [{ has: 'files', where: tree }] } }] },
    ],
  ])('gives back and asks the tree it was given: %s', (_name, node) => {
    expect(storedFilter(parseFilter(node))).toEqual(node)
    expect(sent(node)).toEqual(node)
  })

  it('makes a group of a condition that stands alone', () => {
    expect(storedFilter(parseFilter(won))).toEqual({ all: [won] })
  })

  it('does not send unfinished conditions or empty groups', () => {
    const half = { field: 'amount', op: 'between', value: ['1', ''] }
    const name = { field: 'name', op: 'contains' }
    expect(sent({ all: [won, half, { any: [name] }, { not: name }] })).toEqual({ all: [won] })
    expect(sent({ all: [half] })).toBeUndefined()
    expect(sent({ all: [] })).toBeUndefined()
    expect(sent({ all: [{ has: 'tasks', where: half }] })).toEqual({ all: [{ has: 'tasks' }] })
  })

  it('sends a false and a zero, which are values', () => {
    const node: FilterNode = {
      all: [
        { field: 'active', op: 'is', value: false },
        { field: 'employees', op: '>', value: 0 },
      ],
    }
    expect(sent(node)).toEqual(node)
  })

  it('leaves out what the reader cannot ask, and tells errors of the rest by their place', () => {
    const hidden = { field: 'salary', op: '>', value: '1' }
    const group = parseFilter({
      all: [hidden, { not: { any: [hidden, won] } }, { has: 'tasks', where: { all: [large] } }],
    })
    const asked = sentFilter(group, '', {
      ...plain,
      ask: (condition) => (condition.field === 'salary' ? null : condition),
    })
    expect(asked.node).toEqual({
      all: [{ not: { any: [won] } }, { has: 'tasks', where: { all: [large] } }],
    })
    const errors = errorsAt(
      [
        { pointer: '/filter/all/0/not/any/0/value', message: 'first' },
        { pointer: '/filter/all/1/where/all/0/op', message: 'second' },
        { pointer: '/sort', message: 'third' },
      ],
      asked.places,
    )
    expect([...errors]).toEqual([
      ['/1/1', 'first'],
      ['/2/where/0', 'second'],
    ])
  })

  it('joins two trees without going deeper, which the server would refuse', () => {
    expect(both(tree, won)).toEqual({ all: [...tree.all, won] })
    expect(both({ any: [won, large] }, { all: [large] })).toEqual({
      all: [{ any: [won, large] }, large],
    })
    expect([both(undefined, won), both(tree, undefined)]).toEqual([won, tree])
  })

  it('counts, appends, replaces and removes', () => {
    const group = parseFilter(tree)
    expect(countConditions(group)).toBe(3)
    expect(countConditions(append(group, large))).toBe(4)
    expect(countConditions(parseFilter({ has: 'tasks', where: tree }))).toBe(4)
    expect(storedFilter(replaceAt(group, 1, null))).toEqual({ all: [won] })
    expect(storedFilter(replaceAt(parseFilter(won), 0, large))).toEqual({ all: [large] })
  })
})
