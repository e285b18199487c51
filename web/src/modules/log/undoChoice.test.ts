import { expect, it } from 'vitest'
import type { LoggedChange } from '@/api/log'
import { ALL, bodyOf, changedSince, keyOf } from './undoChoice'

const field = (key: string) => ({ field: key, label: key, before: 1, after: 2 })
const change = (id: string, verb: string, ...keys: string[]): LoggedChange => ({
  id,
  object: 'account',
  record: { id, name: id, object: 'account' },
  verb,
  changes: keys.map(field),
})
const changes = [change('a', 'update', 'phone', 'email'), change('b', 'create', 'name')]

it('undoes all, beyond what is listed, where nothing is left out', () => {
  expect(bodyOf(changes, [], ALL)).toEqual({ overwrite: [] })
})

it('names what is left of a record, and leaves records out', () => {
  const without = new Set([keyOf('account', 'a', 'phone'), keyOf('account', 'b')])
  expect(bodyOf(changes, [], { without, over: new Set() }).only).toEqual([
    { object: 'account', id: 'a', fields: ['email'] },
  ])
})

const conflict = { object: 'account', id: 'a', name: 'a', code: 'changed_since', message: '' }

it('tells what was changed since from what cannot go', () => {
  const conflicts = [conflict, { ...conflict, code: 'in_use' }].map((one) => ({
    ...one,
    field: null,
  }))
  expect(changedSince(conflicts)).toEqual([conflicts[0]])
})

it('overwrites only what was ticked', () => {
  const conflicts = ['phone', 'email'].map((key) => ({ ...conflict, field: key }))
  const over = new Set([keyOf('account', 'a', 'email')])
  expect(bodyOf(changes, conflicts, { without: new Set(), over })).toEqual({
    overwrite: [{ object: 'account', id: 'a', field: 'email' }],
  })
})
