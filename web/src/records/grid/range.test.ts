import { describe, expect, it } from 'vitest'
import { fromTsv, rangeOf, spread, toTsv } from './range'

const at = (row: number, column: number) => ({ row, column })

describe('blocks of cells', () => {
  it('reads what spreadsheets copy', () => {
    expect(fromTsv('a\tb\r\nc\t\r\n')).toEqual([
      ['a', 'b'],
      ['c', ''],
    ])
    expect(fromTsv('one')).toEqual([['one']])
    expect(fromTsv('"two\nlines"\t"say ""yes"""\nx\t"y" z')).toEqual([
      ['two\nlines', 'say "yes"'],
      ['x', '"y" z'],
    ])
  })

  it('writes what it reads', () => {
    const block = [
      ['plain', 'tab\there'],
      ['"quoted"', 'line\nbreak'],
    ]
    expect(fromTsv(toTsv(block))).toEqual(block)
  })

  it('repeats a block over a range that is a multiple of it', () => {
    const column = rangeOf(at(5, 2), at(2, 2))
    expect(spread([['x']], column)).toEqual([['x'], ['x'], ['x'], ['x']])
    expect(spread([['a'], ['b']], column)).toEqual([['a'], ['b'], ['a'], ['b']])
    expect(spread([['a'], ['b'], ['c']], column)).toEqual([['a'], ['b'], ['c']])
    expect(spread([['a', 'b']], rangeOf(at(0, 0), at(1, 1)))).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
  })
})
