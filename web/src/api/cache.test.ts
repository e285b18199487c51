import { type InfiniteData, QueryClient } from '@tanstack/react-query'
import { beforeEach, describe, expect, it } from 'vitest'
import { dropRecord, isShown, patchRecord } from './cache'
import { keys } from './keys'
import type { Page, RecordData } from './types'

const row = (id: string, version = 1): RecordData => ({ id, name: `name ${id}`, version })
const list = keys.list('account', { sort: 'name' })
const related = keys.rows('account', {})
const other = keys.list('task', {})
let client: QueryClient
const pages = () => client.getQueryData<InfiniteData<Page>>(list)?.pages ?? []

beforeEach(() => {
  client = new QueryClient()
  client.setQueryData(list, {
    pages: [
      { items: [row('a'), row('b')], next: 'x' },
      { items: [row('c')], next: null },
    ],
    pageParams: [null, 'x'],
  })
  client.setQueryData(related, { items: [row('b')], next: null })
  client.setQueryData(other, { pages: [{ items: [row('b')], next: null }], pageParams: [null] })
  client.setQueryData(keys.record('account', 'b'), row('b'))
})

describe('patching', () => {
  it('reaches every list of the object and the record itself, and no other object', () => {
    patchRecord(client, 'account', { id: 'b', name: 'new', version: 2 })
    expect(pages()[0]?.items[1]?.name).toBe('new')
    expect(client.getQueryData<Page>(related)?.items[0]?.name).toBe('new')
    expect(client.getQueryData<RecordData>(keys.record('account', 'b'))?.version).toBe(2)
    expect(client.getQueryData<InfiniteData<Page>>(other)?.pages[0]?.items[0]?.name).toBe('name b')
  })

  it('leaves untouched pages the same object, so that they are not drawn again', () => {
    const before = pages()[1]
    patchRecord(client, 'account', { id: 'a', name: 'new' })
    expect(pages()[1]).toBe(before)
  })

  it('ignores news that are older than what is shown', () => {
    patchRecord(client, 'account', { id: 'b', name: 'newer', version: 5 })
    patchRecord(client, 'account', { id: 'b', name: 'older', version: 4 })
    expect(pages()[0]?.items[1]?.name).toBe('newer')
  })
})

describe('dropping', () => {
  it('takes the record out of every list', () => {
    expect(isShown(client, 'account', 'b')).toBe(true)
    dropRecord(client, 'account', 'b')
    expect(pages()[0]?.items.map(({ id }) => id)).toEqual(['a'])
    expect(client.getQueryData<Page>(related)?.items).toEqual([])
    expect(isShown(client, 'account', 'b')).toBe(false)
  })
})
