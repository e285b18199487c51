import { queryOptions } from '@tanstack/react-query'
import { get, post, remove } from './client'
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
  queryFn: ({ signal }) => get<Page<Session>>('/auth/sessions', undefined, signal),
})
export const endSession = (id: string) => remove<void>(`/auth/sessions/${id}`)
export const changePassword = (current: string, next: string) =>
  post<void>('/auth/password', { current, new: next })

export interface Token {
  id: string
  name: string
  scopes: string[]
  created_at: string
  last_used_at: string | null
  expires_at: string | null
}
export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => get<Page<Token>>('/auth/tokens', undefined, signal),
})
export const makeToken = (name: string, scopes: string[]) =>
  post<{ id: string; token: string }>('/auth/tokens', { name, scopes })
export const dropToken = (id: string) => remove<void>(`/auth/tokens/${id}`)
