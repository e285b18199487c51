import { describe, expect, it } from 'vitest'
import type { ObjectMeta } from '@/metadata/types'
import { isOverdue, turnOf } from './due'

const fields = [
  { key: 'due_at', type: 'datetime', label: 'Due' },
  { key: 'created_at', type: 'datetime', label: 'Created', system: true },
  { key: 'day', type: 'date', label: 'Day' },
  { key: 'turn', type: 'formula', result_type: 'datetime', label: 'Turn' },
]
const meta = { default_sort: 'turn', fields } as unknown as ObjectMeta
const found = (key: string, of = meta) => turnOf(of, of.fields.find((each) => each.key === key)!)

describe('what is overdue', () => {
  it('is told by the formula that lists are sorted by', () => {
    expect(['due_at', 'created_at', 'day', 'turn'].map((key) => found(key))).toEqual([
      'turn',
      undefined,
      undefined,
      undefined,
    ])
    expect(found('due_at', { ...meta, default_sort: 'due_at' })).toBeUndefined()
  })

  it('has passed, and is still its turn', () => {
    const now = new Date('2026-11-22T17:00:00Z')
    const late = (value: string | null, turn: string | null) =>
      isOverdue(value, turn, 'Asia/Shanghai', now)
    const past = '2026-11-22T16:59:00Z'
    expect(late(past, past)).toBe(true)
    expect(late(past, null)).toBe(false)
    expect(late(null, null)).toBe(false)
    expect(late('2026-11-22T17:01:00Z', '2026-11-22T17:01:00Z')).toBe(false)
    // it is the 23rd already in Shanghai
    expect(late('2026-11-22', '2026-11-22')).toBe(true)
    expect(late('2026-11-23', '2026-11-23')).toBe(false)
  })
})
