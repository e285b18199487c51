import type { Money, RecordData } from '@/api/types'
import { setLineFill } from '@/fields/lines/fill'
import type { Line } from '@/fields/lines/written'
import { setLock } from '@/records/locks'

// A product brings its words and its list price, where that is in the document's currency.
setLineFill('product', {
  unit: 'unit',
  fill: (record, line, currency) => {
    const price = record.list_price as Money | null
    const fits = price?.currency === currency
    const change: Line = { description: wordsOf(record) ?? line.description ?? null }
    if (price && fits) change.unit_price = price.amount
    const told = price && !fits ? { key: 'unit_price', value: price } : undefined
    return { change, told }
  },
})

const LONGEST = 500
const wordsOf = (record: RecordData): string | null =>
  typeof record.description === 'string' ? record.description.slice(0, LONGEST) : null

// What a document says is fixed from the moment it leaves the house.
const FIXED = ['lines', 'currency', 'account']
const fixedFrom = (states: string[], keys: string[]) => (record: RecordData, key: string) =>
  states.includes(String(record.state)) && keys.includes(key)

setLock('quote', fixedFrom(['sent', 'accepted', 'rejected', 'expired'], FIXED))
setLock('order', fixedFrom(['confirmed', 'delivered', 'cancelled'], [...FIXED, 'contract']))
setLock('contract', (record, key) => {
  if (key === 'total') return record.state !== 'draft' || Boolean(record.quote)
  return key === 'account' && record.state !== 'draft'
})
// What was received is told as it was: a mistake is reversed, not edited.
const FREE = ['description', 'reference', 'tags']
setLock('payment', (_record, key) => !FREE.includes(key))
