import { describe, expect, it } from 'vitest'
import { columnKeys, columnsBody, draftColumn, nextNumber } from './columnDraft'

const named = (zh: string, en = '', number = 1) => ({ ...draftColumn(null, number), zh, en })

describe('keys of columns', () => {
  it('stay with a new column wherever it is moved, so that formulas read what they read', () => {
    const [item, count, price] = [named('品名', '', 1), named('数量', '', 2), named('单价', '', 3)]
    expect(columnKeys([item, count, price])).toEqual(['column_1', 'column_2', 'column_3'])
    expect(columnKeys([price, item, count])).toEqual(['column_3', 'column_1', 'column_2'])
  })
  it('are never those of another column, nor that of the line', () => {
    const given = draftColumn({ key: 'price', labels: { en: 'Unit price' } })
    const columns = [named('', 'Price'), given, named('', 'Price'), named('', 'ID')]
    expect(columnKeys(columns)).toEqual(['price_2', 'price', 'price_3', 'id_2'])
    expect(columnsBody(columns).map(({ key }) => key)).toEqual(columnKeys(columns))
    const left = draftColumn({ key: 'column_2' }, 1)
    expect(columnKeys([left, named('备注', '', nextNumber([left]))])).toEqual([
      'column_2',
      'column_2_2',
    ])
  })
})
