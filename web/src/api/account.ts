import { queryOptions } from '@tanstack/react-query'
import { call } from './fixed'
import type { Page } from './types'

export interface Session {
  id: string
  created_at: string
  last_seen_at: string
  ip: string
  user_agent: string
  current: boolean
}
export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }): Promise<Page<Session>> => call('get', '/auth/sessions', { signal }),
})
export const endSession = (id: string) => call('delete', '/auth/sessions/{id}', { params: { id } })
export const changePassword = (current: string, next: string) =>
  call('post', '/auth/password', { body: { current, new: next } })

export type Scope = 'read' | 'write'
export interface Token {
  id: string
  name: string
  scopes: Scope[]
  created_at: string
  last_used_at: string | null
  expires_at: string | null
}
export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }): Promise<Page<Token>> => call('get', '/auth/tokens', { signal }),
})
export const makeToken = (name: string, scopes: Scope[]): Promise<{ id: string; token: string }> =>
  call('post', '/auth/tokens', { body: { name, scopes } })
export const dropToken = (id: string) => call('delete', '/auth/tokens/{id}', { params: { id } })
