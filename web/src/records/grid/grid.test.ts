import { describe, expect, it } from 'vitest'
import { afterCommit, moved } from './keys'
import { isSelected, NOTHING, selectMatching, toggleAll, toggleRow } from './selection'

const order = ['a', 'b', 'c', 'd', 'e']
const ids = (selection: { ids: ReadonlySet<string> }) => [...selection.ids].sort()

describe('selection', () => {
  it('selects a range from the last ticked row, in either direction', () => {
    const one = toggleRow(NOTHING, order, 'd', false)
    expect(ids(toggleRow(one, order, 'b', true))).toEqual(['b', 'c', 'd'])
    const down = toggleRow(toggleRow(NOTHING, order, 'b', false), order, 'e', true)
    expect(ids(down)).toEqual(['b', 'c', 'd', 'e'])
  })

  it('unticks a range when its end was ticked', () => {
    const all = toggleAll(NOTHING, order)
    const anchored = toggleRow(all, order, 'b', false)
    expect(ids(toggleRow(anchored, order, 'd', true))).toEqual(['a', 'e'])
  })

  it('ticks all loaded rows, then none', () => {
    const all = toggleAll(NOTHING, order)
    expect(ids(all)).toEqual(order)
    expect(ids(toggleAll(all, order))).toEqual([])
  })

  it('holds rows that are not loaded when all matching are meant', () => {
    const matching = selectMatching(order)
    expect(isSelected(matching, 'z')).toBe(true)
    const less = toggleRow(matching, order, 'c', false)
    expect(less.matching).toBe(false)
    expect(ids(less)).toEqual(['a', 'b', 'd', 'e'])
    expect(isSelected(less, 'z')).toBe(false)
  })
})

describe('grid keys', () => {
  const extent = { rows: 100, columns: 4, page: 20 }
  const press = (key: string, ctrlKey = false) => ({
    key,
    ctrlKey,
    metaKey: false,
    shiftKey: false,
  })
  const at = { row: 10, column: 2 }

  it.each([
    ['ArrowDown', 11, 2],
    ['ArrowUp', 9, 2],
    ['ArrowRight', 10, 3],
    ['PageDown', 30, 2],
    ['PageUp', 0, 2],
    ['Home', 10, 0],
    ['End', 10, 3],
  ])('%s goes to row %i, column %i', (key, row, column) => {
    expect(moved(at, press(key), extent)).toEqual({ row, column })
  })

  it('goes to the far corners with Ctrl and never beyond', () => {
    expect(moved(at, press('End', true), extent)).toEqual({ row: 99, column: 3 })
    expect(moved(at, press('Home', true), extent)).toEqual({ row: 0, column: 0 })
    expect(moved({ row: 0, column: 0 }, press('ArrowUp'), extent)).toEqual({ row: 0, column: 0 })
  })

  it('leaves other keys alone', () => {
    expect(moved(at, press('a'), extent)).toBeNull()
  })

  it('goes on into the next row after Tab in the last column', () => {
    expect(afterCommit({ row: 0, column: 3 }, 'next', 100, 4)).toEqual({ row: 1, column: 0 })
    expect(afterCommit({ row: 1, column: 0 }, 'previous', 100, 4)).toEqual({ row: 0, column: 3 })
    expect(afterCommit({ row: 99, column: 3 }, 'next', 100, 4)).toEqual({ row: 99, column: 3 })
    expect(afterCommit({ row: 99, column: 1 }, 'down', 100, 4)).toEqual({ row: 99, column: 1 })
  })
})
