import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { createContext, useCallback, useContext } from 'react'
import { setCsrf, setRequestLanguage } from './client'
import { isApiError } from './errors'
import { call } from './fixed'
import { keys } from './keys'
import type { Locale, Me, Preferences } from './types'

/** The signed-in user, or null when nobody is. */
export const meQuery = queryOptions({
  queryKey: keys.me,
  staleTime: Number.POSITIVE_INFINITY,
  retry: (count, error) => !isApiError(error) && count < 2,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      const me: Me = await call('get', '/auth/me', { signal, anonymous: true })
      setCsrf(me.csrf_token)
      setRequestLanguage(me.locale)
      return { ...me, preferences: me.preferences ?? {} }
    } catch (error) {
      if (isApiError(error) && error.status === 401) return null
      throw error
    }
  },
})

/** Filled by the shell alone: when the session ends it goes, and all that asks for it with it. */
export const MeContext = createContext<Me | null>(null)

/** The signed-in user, on every page inside the shell. */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (!me) throw new Error('useMe outside of a signed-in page')
  return me
}

export const usePermission = (permission: string) => useMe().permissions.includes(permission)

export async function signIn(email: string, password: string) {
  await call('post', '/auth/login', { body: { email, password }, anonymous: true })
}

export async function signOut() {
  await call('post', '/auth/logout', { anonymous: true })
  setCsrf(null)
}

export interface MePatch {
  locale?: Locale
  timezone?: string
  preferences?: Preferences
}

const meBody = ({ preferences, ...change }: MePatch) =>
  preferences ? { ...change, preferences: { ...preferences } } : change

/** Changes the own profile, shown at once and taken back when the server refuses. */
export function useUpdateMe() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (change: MePatch): Promise<Me> => {
      const me = client.getQueryData<Me>(keys.me)
      // Whoever looks through another's eyes leaves no trace in what that other keeps.
      if (me?.viewing) return me
      return call('patch', '/auth/me', { body: meBody(change) })
    },
    onMutate: (change) => {
      const before = client.getQueryData<Me>(keys.me)
      if (change.locale) setRequestLanguage(change.locale)
      if (before) {
        const preferences = { ...before.preferences, ...change.preferences }
        client.setQueryData(keys.me, { ...before, ...change, preferences })
      }
      return { before }
    },
    onError: (_error, _change, context) => client.setQueryData(keys.me, context?.before),
    onSuccess: (_me, change) => {
      if (!change.locale) return
      // Labels and messages come from the server in the reader's language.
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'me' })
    },
  })
}

/** One stored preference and its setter; only this key is sent, so no other window's is lost. */
export function usePreference<K extends keyof Preferences>(key: K) {
  const { mutate } = useUpdateMe()
  const value = useMe().preferences[key]
  const set = useCallback(
    (next: Preferences[K]) => mutate({ preferences: { [key]: next } }),
    [key, mutate],
  )
  return [value, set] as const
}
