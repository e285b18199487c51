import { ApiError, type Problem } from './errors'

const BASE = '/api/v1'
let csrf: string | null = null
let language = 'zh-CN'
let onSignedOut: () => void = () => {}

export const setCsrf = (token: string | null) => {
  csrf = token
}
export const setRequestLanguage = (locale: string) => {
  language = locale
}
/** Called once when any request but sign-in is answered 401. */
export const setSignedOutHandler = (handler: () => void) => {
  onSignedOut = handler
}

export interface RequestOptions {
  query?: Record<string, unknown>
  body?: unknown
  form?: FormData
  version?: number
  signal?: AbortSignal
  /** A POST that only reads (query, aggregate): no Idempotency-Key. */
  reads?: boolean
  /** Do not treat 401 as the end of the session (sign-in itself, the first `me`). */
  anonymous?: boolean
}

/** `/a/b` with its query; objects and arrays of objects are sent as JSON, plain arrays by comma. */
export function urlOf(path: string, query?: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null || value === '') continue
    const plain = Array.isArray(value) ? value.join(',') : value
    params.set(key, typeof plain === 'object' ? JSON.stringify(plain) : String(plain))
  }
  const search = params.toString()
  return BASE + path + (search ? `?${search}` : '')
}

async function problemOf(response: Response): Promise<ApiError> {
  const text = await response.text()
  let problem: Problem = { status: response.status, code: `http_${response.status}` }
  if (response.headers.get('content-type')?.includes('json')) {
    problem = { ...problem, ...JSON.parse(text), status: response.status }
  }
  const wait = response.headers.get('retry-after')
  return new ApiError(problem, wait ? Number(wait) : null)
}

function initOf(method: string, options: RequestOptions): RequestInit {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': language,
  }
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET' && csrf) headers['x-csrf-token'] = csrf
  if (options.version !== undefined) headers['if-match'] = `"${options.version}"`
  if (method === 'POST' && !options.reads) headers['idempotency-key'] = crypto.randomUUID()
  return {
    method,
    headers,
    credentials: 'same-origin',
    signal: options.signal,
    body: options.form ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
  }
}

/** A POST that got no answer is sent once more: its Idempotency-Key makes that safe. */
async function send(url: string, init: RequestInit, retries: number): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (init.signal?.aborted) throw error
    if (retries === 0) throw new ApiError({ status: 0, code: 'network' })
    await new Promise((resolve) => setTimeout(resolve, 600))
    return send(url, init, retries - 1)
  }
}

/** One call of the API. Throws ApiError for every answer that is not 2xx. */
export async function request<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  options: RequestOptions = {},
): Promise<T> {
  const response = await send(
    urlOf(path, options.query),
    initOf(method, options),
    method === 'POST' ? 1 : 0,
  )
  if (!response.ok) {
    const error = await problemOf(response)
    if (error.status === 401 && !options.anonymous) onSignedOut()
    throw error
  }
  if (response.status === 204) return undefined as T
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

export const get = <T>(path: string, query?: Record<string, unknown>, signal?: AbortSignal) =>
  request<T>('GET', path, { query, signal })
export const post = <T>(path: string, body?: unknown, query?: Record<string, unknown>) =>
  request<T>('POST', path, { body: body ?? {}, query })
/** A question whose body is too large for an address. */
export const ask = <T>(path: string, body: unknown) =>
  request<T>('POST', path, { body, reads: true })
export const patch = <T>(path: string, body: unknown, version?: number) =>
  request<T>('PATCH', path, { body, version })
export const put = <T>(path: string, body: unknown) => request<T>('PUT', path, { body })
export const remove = <T>(path: string, version?: number) => request<T>('DELETE', path, { version })
export const upload = <T>(path: string, form: FormData) => request<T>('POST', path, { form })
