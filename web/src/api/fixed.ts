import { request } from './client'
import type { paths } from './schema'

/**
 * The endpoints that every installation has, each with the parameters and the body of the server's
 * own document. Records are not among them: metadata describes those at run time.
 */
type Method = 'get' | 'post' | 'patch' | 'delete'
type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never
}[keyof paths]
type OperationOf<M extends Method, P extends PathOf<M>> =
  paths[P] extends Record<M, infer O> ? O : never

type InPath<O> = O extends { parameters: { path: infer X extends object } }
  ? { params: X }
  : { params?: undefined }
type InQuery<O> = O extends { parameters: { query?: infer X } }
  ? { query?: { [K in keyof X]?: X[K] | null } }
  : { query?: undefined }
type Body<O> = O extends { requestBody: { content: infer C } }
  ? C extends { 'application/json': infer X }
    ? { body: X; form?: undefined }
    : { form: FormData; body?: undefined }
  : O extends { requestBody?: { content: { 'application/json': infer X } } }
    ? { body?: X; form?: undefined }
    : { body?: undefined; form?: undefined }
interface Rest {
  signal?: AbortSignal
  anonymous?: boolean
}
type Options<O> = InPath<O> & InQuery<O> & Body<O> & Rest
/** The document knows the answers of some; others are told by whoever asks. */
type Answer<O> = O extends { responses: { 200: { content: { 'application/json': infer X } } } }
  ? X
  : undefined

export function call<M extends Method, P extends PathOf<M>, T = Answer<OperationOf<M, P>>>(
  method: M,
  path: P,
  ...[given]: Record<never, never> extends Options<OperationOf<M, P>>
    ? [Options<OperationOf<M, P>>?]
    : [Options<OperationOf<M, P>>]
): Promise<T> {
  const { params, query, body, form, ...rest } = (given ?? {}) as {
    params?: Record<string, string>
    query?: Record<string, unknown>
    body?: unknown
    form?: FormData
  } & Rest
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params?.[name] ?? ''),
  )
  const sent = method === 'post' && !form ? (body ?? {}) : body
  const verb = method.toUpperCase() as Uppercase<M>
  return request<T>(verb, address, { ...rest, query, form, body: sent })
}
