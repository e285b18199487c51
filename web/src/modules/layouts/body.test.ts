import { describe, expect, it } from 'vitest'
import type { Body } from '@/api/layouts'
import {
  addSection,
  addTab,
  dropTab,
  fieldsIn,
  moveField,
  moveSection,
  moveTab,
  setColumns,
  setTab,
  stepField,
} from './body'

const section = (key: string, ...columns: string[][]) => ({
  key,
  labels: {},
  collapsed: false,
  columns,
})
const start: Body = {
  tabs: [
    {
      key: 'one',
      labels: {},
      aside: true,
      sections: [section('s1', ['a', 'b', 'c'], ['d']), section('s2', ['e'])],
    },
    { key: 'two', labels: {}, aside: false, sections: [section('s3', [])] },
  ],
  related: [{ object: 'x', field: 'y', columns: ['p', 'q'], hidden: false, tab: 'two' }],
  others: true,
}
const columns = (body: Body) =>
  body.tabs.flatMap(({ sections }) => sections.map((one) => one.columns))

describe('fields', () => {
  it('move within a column to before what is there now', () => {
    const to = (index: number) =>
      columns(moveField(start, 'b', { section: 's1', column: 0, index }))[0]![0]
    expect([0, 1, 2, 3].map(to)).toEqual([
      ['b', 'a', 'c'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
      ['a', 'c', 'b'],
    ])
  })
  it('move to other columns and sections, in and out, never twice', () => {
    const out = moveField(start, 'b', null)
    expect(columns(out)[0]).toEqual([['a', 'c'], ['d']])
    const back = moveField(out, 'b', { section: 's3', column: 0, index: 0 })
    expect(columns(back)[2]).toEqual([['b']])
    expect(fieldsIn(back).toSorted()).toEqual(fieldsIn(start).toSorted())
  })
  it('step through columns and on into the next section of their tab', () => {
    expect(columns(stepField(start, 'b', 'right'))[0]).toEqual([
      ['a', 'c'],
      ['d', 'b'],
    ])
    expect(columns(stepField(start, 'b', 'up'))[0]![0]).toEqual(['b', 'a', 'c'])
    const down = stepField(start, 'c', 'down')
    expect(columns(down).slice(0, 2)).toEqual([[['a', 'b'], ['d']], [['c', 'e']]])
    expect(columns(stepField(down, 'c', 'up'))).toEqual(columns(start))
    for (const [key, step] of [
      ['a', 'up'],
      ['a', 'left'],
      ['e', 'down'],
      ['e', 'right'],
    ] as const) {
      expect(stepField(start, key, step)).toBe(start)
    }
  })
})

describe('parts', () => {
  it('merge two columns in reading order, and part again', () => {
    const merged = setColumns(start, 's1', 1)
    expect(columns(merged)[0]).toEqual([['a', 'b', 'c', 'd']])
    expect(columns(setColumns(merged, 's1', 2))[0]).toEqual([['a', 'b', 'c', 'd'], []])
  })
  it('move and vanish with what they hold; lists leave a tab that goes', () => {
    const there = moveSection(start, 's2', 'two', 0)
    expect(there.tabs.map(({ sections }) => sections.map(({ key }) => key))).toEqual([
      ['s1'],
      ['s2', 's3'],
    ])
    expect(moveTab(start, 'two', 0).tabs.map(({ key }) => key)).toEqual(['two', 'one'])
    const left = dropTab(there, 'two')
    expect(left.related[0]!.tab).toBe(null)
    expect(fieldsIn(left)).toEqual(['a', 'b', 'c', 'd'])
  })
  it('get keys that are free, and one tab at most stands aside', () => {
    const more = addTab(addSection(addSection(start, 'one'), 'two'))
    const keys = more.tabs.flatMap(({ sections }) => sections.map(({ key }) => key))
    expect(new Set(keys).size).toBe(keys.length)
    expect(setTab(start, 'two', { aside: true }).tabs.map(({ aside }) => aside)).toEqual([
      false,
      true,
    ])
  })
})
