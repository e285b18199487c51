import { describe, expect, it } from 'vitest'
import { askMoment } from './moments'

const ask = (op: string, value: unknown) =>
  askMoment({ field: 'due_at', op, value }, 'Asia/Shanghai')
const START = '2026-11-20T16:00:00.000Z'
const END = '2026-11-21T15:59:59.999999Z'

describe('a day asked of a point in time', () => {
  it('begins and ends in the reader’s zone', () => {
    for (const op of ['<', '>', '>=']) expect(ask(op, '2026-11-21')).toMatchObject({ value: START })
    expect(ask('<=', '2026-11-21')).toMatchObject({ op: '<=', value: END })
    expect(ask('between', ['2026-11-21', '2026-11-21'])).toMatchObject({ value: [START, END] })
  })

  it('is all of that day', () => {
    expect(ask('is', '2026-11-21')).toEqual({ field: 'due_at', op: 'between', value: [START, END] })
  })

  it('leaves periods and exact times as they are', () => {
    expect(ask('in_period', 'today')).toMatchObject({ value: 'today' })
    expect(ask('>', START)).toMatchObject({ value: START })
  })
})
