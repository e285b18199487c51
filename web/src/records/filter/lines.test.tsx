import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { ready, setLocale } from '@/i18n'
import { MetadataContext } from '@/metadata/context'
import type { Field, ObjectMeta } from '@/metadata/types'
import { GroupEditor } from './GroupEditor'
import { reachRelation, relationsOf } from './reach'
import { EMPTY, type Group, storedFilter } from './tree'

await ready

const text: Partial<Field> = { filterable: true, custom: true, operators: ['is', 'contains'] }
const columns: Field[] = [
  { key: 'model', label: 'Model', type: 'text', ...text },
  { key: 'about', label: 'About', type: 'record', ...text },
]
const devices: Field = {
  key: 'devices',
  label: 'Devices',
  type: 'sub_table',
  custom: true,
  columns,
}
const fields: Field[] = [
  { key: 'name', label: 'Name', type: 'text', ...text },
  devices,
  { ...devices, key: 'secret', label: 'Secret', masked: true },
  // the lines of a document that was declared in code
  { ...devices, key: 'lines', label: 'Positions', type: 'lines', custom: false },
  { key: 'partners', label: 'Partners', type: 'link_to_many', target: 'company', ...text },
]
const of = (object: string, more: Field[]) =>
  ({
    object,
    path: `${object}s`,
    label: object,
    label_plural: object,
    fields: more,
    rights: { read: true },
  }) as ObjectMeta
const several = { operators: ['has_any', 'has_all', 'has_none'] }
const company = of('company', [...fields.slice(0, 4), { ...fields[4], ...several } as Field])
const note = of('note', [{ key: 'about', label: 'About', type: 'record' }])
const objects = [company, note]

let group: Group
function Editor() {
  const [shown, setShown] = useState<Group>(EMPTY)
  group = shown
  return <GroupEditor meta={company} item={shown} path="" depth={0} onChange={setShown} />
}
const open = () =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MetadataContext value={{ objects, colours: new Map() }}>
        <MantineProvider env="test">
          <Editor />
        </MantineProvider>
      </MetadataContext>
    </QueryClientProvider>,
  )
afterEach(() => setLocale('en'))

describe('conditions on the lines of a sub-table', () => {
  it.each([
    ['en', 'Add condition', 'Lines of sub-tables', 'Any line of'],
    ['zh-CN', '添加条件', '子表的行', '任意一行'],
  ])('are chosen and told (%s)', { timeout: 60_000 }, async (locale, add, section, any) => {
    await setLocale(locale as 'en')
    const user = userEvent.setup()
    open()
    await user.click(screen.getByRole('button', { name: add }))
    expect(screen.getByText(section)).toBeVisible()
    expect(screen.queryByText('Secret')).toBeNull()
    expect(screen.queryByText('Positions')).toBeNull()
    await user.click(screen.getByRole('option', { name: 'Devices' }))
    expect(storedFilter(group)).toEqual({ all: [{ has: 'devices' }] })
    expect(screen.getByDisplayValue(any)).toBeVisible()
    await user.click(screen.getAllByRole('button', { name: add })[0] as HTMLElement)
    // a line has its columns, and nothing points to it
    expect(screen.queryByRole('option', { name: 'Name' })).toBeNull()
    expect(screen.queryByRole('option', { name: 'note' })).toBeNull()
    await user.click(screen.getByRole('option', { name: 'Model' }))
    const where = { all: [{ field: 'model', op: 'contains' }] }
    expect(storedFilter(group)).toEqual({ all: [{ has: 'devices', where }] })
  })

  it('are known where a filter names them', () => {
    expect(relationsOf(objects, company).map(({ name }) => name)).toEqual([
      'devices',
      'companys.partners',
      'notes.about',
    ])
    expect(reachRelation(objects, company, 'devices')?.meta.fields).toBe(columns)
    expect(reachRelation(objects, company, 'secret')).toBeUndefined()
  })
})
