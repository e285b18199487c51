import { expect, it } from 'vitest'
import type { RecordData } from '@/api/types'
import type { Field, ObjectMeta } from '@/metadata/types'
import { linksOf } from './Related'

const link = (key: string, target: string): Field => ({ key, label: key, type: 'link', target })
const object = (name: string, group: string | null) =>
  ({ object: name, path: `${name}s`, navigation: group && { group, order: 1 } }) as ObjectMeta

it('leads to neighbours, and never to what an administrator sets up or to whose it is', () => {
  const facts = ['account', 'form', 'owner']
  const fields = [link('account', 'account'), link('form', 'lead_form'), link('owner', 'user')]
  const meta = { object: 'lead', fields, layout: { facts, sections: [] } } as unknown as ObjectMeta
  const objects = [
    object('account', 'sales'),
    object('lead_form', 'admin'),
    object('user', 'admin'),
  ]
  const value = (id: string, target: string) => ({ id, name: id, object: target })
  const owner = value('o', 'user')
  const form = value('f', 'lead_form')
  const record: RecordData = { id: 'l', name: 'L', version: 1, owner, form }
  expect(linksOf(objects, meta, record)).toEqual([])
  const tied = { ...record, account: value('a', 'account') }
  expect(linksOf(objects, meta, tied).map(({ target, link: { id } }) => [target.path, id])).toEqual(
    [['accounts', 'a']],
  )
})
