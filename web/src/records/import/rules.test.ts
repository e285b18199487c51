import { expect, it } from 'vitest'
import type { Preview } from '@/api/imports'
import type { ObjectMeta } from '@/metadata/types'
import { firstChoice, mapOf } from './rules'

const preview = {
  columns: [{ name: 'Client' }],
  remembered: {
    map: {
      object: 'account',
      match: 'name',
      mode: 'upsert',
      columns: { Client: 'name', Gone: 'phone' },
      defaults: { source: 'fair' },
    },
    mode: 'upsert',
    match: 'name',
    duplicates: null,
  },
} as unknown as Preview

it('begins as a map of before says, and lets its way of finding records be chosen anew', () => {
  const choice = firstChoice({} as ObjectMeta, { sheet: null, object: 'account', preview })
  expect([choice.mode, choice.match]).toEqual(['upsert', 'name'])
  expect(mapOf(choice)).toEqual({
    object: 'account',
    columns: { Client: [{ field: 'name' }] },
    defaults: { source: 'fair' },
  })
})
