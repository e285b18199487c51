import { describe, expect, it } from 'vitest'
import type { FilterNode } from '@/api/types'
import type { DisplayRule, Field, FieldType, ObjectMeta } from '@/metadata/types'
import { acts, knows, meets, ruled } from './judge'

const field = (key: string, type: FieldType, more: Partial<Field> = {}): Field => ({
  key,
  type,
  label: key,
  editable: true,
  ...more,
})
const options = [
  { key: 'a', label: 'A' },
  { key: 'b', label: 'B' },
]
const meta = {
  fields: [
    field('name', 'text', { required: true }),
    field('state', 'choice', { options }),
    field('size', 'integer'),
    field('rate', 'decimal'),
    field('due', 'date'),
    field('labels', 'tags'),
    field('owner', 'user'),
    field('price', 'money'),
    field('secret', 'text', { masked: true }),
    field('sum', 'formula'),
    field('mail', 'email'),
    field('site', 'url'),
  ],
} as unknown as ObjectMeta
const ID = '0192f3a1-7b1c-7000-8000-000000000001'
const values = {
  name: 'Big Deal',
  state: 'a',
  size: 5,
  rate: '2.50',
  due: '2026-11-22',
  labels: ['x', 'y'],
  owner: { id: ID, name: 'Me', object: 'user' },
  price: { amount: '5', currency: 'CNY' },
  mail: 'Me@Example.com',
  site: 'example.com',
}
const leaf = (key: string, op: string, value?: unknown) =>
  ({ field: key, op, ...(value === undefined ? {} : { value }) }) as FilterNode

describe('a condition on what a form holds', () => {
  it.each([
    ['name', 'contains', 'big', true],
    ['name', 'starts_with', 'deal', false],
    ['name', 'empty', undefined, false],
    ['state', 'is', 'a', true],
    ['state', 'is_not', 'a', false],
    ['state', 'in', ['b'], false],
    ['size', '>=', 5, true],
    ['size', 'between', [6, 9], false],
    ['rate', '<', '10', true],
    ['rate', 'is', '2.5', true],
    ['due', '<=', '2026-11-22', true],
    ['labels', 'has_all', ['x', 'z'], false],
    ['labels', 'has_none', ['z'], true],
    ['mail', 'is', 'me@example.COM', true],
    ['owner', 'is', ID, true],
    // the server's to tell
    ['owner', 'is', 'me', undefined],
    ['due', 'in_period', 'today', undefined],
    ['price', '>', '1', undefined],
    ['price', 'not_empty', undefined, true],
    ['secret', 'is', 'x', undefined],
    ['sum', 'is', '1', undefined],
    // kept with https:// before it
    ['site', 'is', 'https://example.com', undefined],
    ['owner.name', 'is', 'x', undefined],
  ])('%s %s %j: %s', (key, op, value, expected) => {
    expect(meets(meta, leaf(key, op, value), values)).toBe(expected)
  })

  it('is unsure only where it matters', () => {
    const [yes, no, unsure] = [leaf('size', 'is', 5), leaf('size', 'is', 6), leaf('sum', 'is', 1)]
    expect(meets(meta, { all: [no, unsure] }, values)).toBe(false)
    expect(meets(meta, { all: [yes, unsure] }, values)).toBe(undefined)
    expect(meets(meta, { any: [yes, unsure] }, values)).toBe(true)
    expect(meets(meta, { any: [no, unsure] }, values)).toBe(undefined)
    expect(meets(meta, { not: no }, values)).toBe(true)
    expect(meets(meta, { has: 'tasks' }, values)).toBe(undefined)
    expect(knows({ all: [yes, leaf('gone', 'empty')] }, values)).toBe(false)
  })
})

describe('what a form shows', () => {
  const effects = { show: [], hide: [], require: [], lock: [], options: {} }
  const rule = (
    id: string,
    more: Partial<DisplayRule['effects']>,
    condition = leaf('size', 'is', 5),
  ) =>
    ({
      id,
      only_on: null,
      condition,
      asked: false,
      effects: { ...effects, ...more },
    }) as DisplayRule
  const shown = (rules: DisplayRule[]) => {
    const acting = new Set(rules.filter((one) => acts(meta, one, values)).map(({ id }) => id))
    const found = ruled(meta, rules, { acting, locking: acting }, values)
    return new Map(found.fields.map((one) => [one.key, one]))
  }

  it('hides, requires, locks and narrows while conditions are met', () => {
    const fields = shown([
      rule('1', { hide: ['due'], require: ['rate'], lock: ['size'], options: { state: ['b'] } }),
      rule('2', { show: ['labels'] }, leaf('size', 'is', 6)),
      rule('3', { show: ['price'] }),
      rule('4', { hide: ['name'] }, leaf('size', 'is', 6)),
    ])
    expect(fields.has('due')).toBe(false)
    expect(fields.has('labels')).toBe(false)
    expect(fields.has('price') && fields.has('name')).toBe(true)
    expect(fields.get('rate')?.required).toBe(true)
    expect(fields.get('size')?.editable).toBe(false)
    // what is chosen already stays to be seen
    expect(fields.get('state')?.options?.map(({ key }) => key)).toEqual(['a', 'b'])
  })

  it('narrows to what all rules leave', () => {
    const [one, two] = [
      rule('1', { options: { state: ['a'] } }),
      rule('2', { options: { state: ['b'] } }),
    ]
    expect(
      shown([one, two])
        .get('state')
        ?.options?.map(({ key }) => key),
    ).toEqual(['a'])
  })
})
