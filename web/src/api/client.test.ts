import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { patch, post, request, setCsrf, setSignedOutHandler, urlOf } from './client'
import { ApiError } from './errors'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const refusal = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => null,
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
}

describe('addresses', () => {
  it('sends trees as JSON, lists by comma, and nothing for nothing', () => {
    const filter = { all: [{ field: 'name', op: 'is', value: 'a&b' }] }
    const url = urlOf('/accounts', { filter, fields: ['id', 'name'], q: '', cursor: null })
    const query = new URL(url, 'http://x').searchParams
    expect(JSON.parse(query.get('filter') ?? '')).toEqual(filter)
    expect(query.get('fields')).toBe('id,name')
    expect([...query.keys()]).toEqual(['filter', 'fields'])
  })
})

describe('requests', () => {
  it('sends the token and the version of what is changed', async () => {
    setCsrf('token-1')
    let headers: Headers | undefined
    server.use(
      http.patch('*/api/v1/accounts/a1', ({ request: sent }) => {
        headers = sent.headers
        return HttpResponse.json({ id: 'a1', version: 8 })
      }),
    )
    await patch('/accounts/a1', { name: 'x' }, 7)
    expect(headers?.get('x-csrf-token')).toBe('token-1')
    expect(headers?.get('if-match')).toBe('"7"')
  })

  it('repeats a POST that got no answer under the same Idempotency-Key', async () => {
    const seen: (string | null)[] = []
    server.use(
      http.post('*/api/v1/accounts', ({ request: sent }) => {
        seen.push(sent.headers.get('idempotency-key'))
        return seen.length === 1 ? HttpResponse.error() : HttpResponse.json({ id: 'a1' })
      }),
    )
    await expect(post('/accounts', { name: 'x' })).resolves.toEqual({ id: 'a1' })
    expect(seen).toHaveLength(2)
    expect(seen[0]).toBeTruthy()
    expect(seen[0]).toBe(seen[1])
  })

  it('turns a problem into an error with messages by field', async () => {
    const errors = [
      { pointer: '/amount', code: 'min', message: 'too small' },
      { pointer: '/address/city', code: 'required', message: 'missing' },
    ]
    server.use(
      http.post('*/api/v1/accounts', () =>
        HttpResponse.json({ code: 'invalid', detail: 'no', errors }, { status: 422 }),
      ),
    )
    const error = await refusal(post('/accounts', {}))
    expect(error.status).toBe(422)
    expect(error.code).toBe('invalid')
    expect(error.fields).toEqual({ amount: 'too small', address: 'missing' })
  })

  it('says so when the answer is no problem document', async () => {
    server.use(http.get('*/api/v1/x', () => new HttpResponse('<html>', { status: 502 })))
    expect((await refusal(request('GET', '/x'))).code).toBe('http_502')
  })

  it('ends the session on 401, but not for the question who is signed in', async () => {
    const ended = vi.fn()
    setSignedOutHandler(ended)
    server.use(
      http.get('*/api/v1/auth/me', () => HttpResponse.json({ code: 'x' }, { status: 401 })),
    )
    await refusal(request('GET', '/auth/me', { anonymous: true }))
    expect(ended).not.toHaveBeenCalled()
    await refusal(request('GET', '/auth/me'))
    expect(ended).toHaveBeenCalledOnce()
  })
})
