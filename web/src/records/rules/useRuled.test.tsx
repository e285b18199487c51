import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderHook, waitFor } from '@testing-library/react'
import type { PropsWithChildren } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { useRuled } from './useRuled'

const effects = { show: [], hide: ['phone'], require: [], lock: [], options: {} }
const meta = {
  object: 'account',
  path: 'accounts',
  fields: [
    { key: 'name', type: 'text', label: 'Name', editable: true },
    { key: 'phone', type: 'phone', label: 'Phone', editable: true },
  ],
  // its condition is the server's to tell
  rules: [{ id: 'r1', only_on: null, condition: null, asked: true, effects }],
} as unknown as ObjectMeta
const client = new QueryClient()
const wrapper = ({ children }: PropsWithChildren) => (
  <QueryClientProvider client={client}>{children}</QueryClientProvider>
)
afterEach(() => vi.unstubAllGlobals())

describe('a page under rules that the server judges', () => {
  it('asks about the record that it shows, not with what the one before held', async () => {
    const bodies: unknown[] = []
    vi.stubGlobal('fetch', (_url: string, { body }: RequestInit) => {
      bodies.push(JSON.parse(String(body)))
      return Promise.resolve(Response.json({ acting: ['r1'], locking: ['r1'] }))
    })
    const record = (id: string, name: string): RecordData => ({ id, name, version: 1 })
    const { result, rerender } = renderHook(({ shown }) => useRuled(meta, shown, shown), {
      wrapper,
      initialProps: { shown: record('a', 'First') },
    })
    await waitFor(() => expect(result.current.fields.map(({ key }) => key)).toEqual(['name']))
    rerender({ shown: record('b', 'Second') })
    await waitFor(() => expect(bodies).toHaveLength(2))
    expect(bodies).toEqual([
      { values: {}, id: 'a' },
      { values: {}, id: 'b' },
    ])
  })
})
