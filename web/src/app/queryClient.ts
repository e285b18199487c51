import { QueryClient } from '@tanstack/react-query'
import { setSignedOutHandler } from '@/api/client'
import { isApiError } from '@/api/errors'
import { keys } from '@/api/keys'

/** The server's refusals are answers; only a lost connection and a 5xx are worth another try. */
const worthRetrying = (count: number, error: unknown) =>
  count < 2 && (!isApiError(error) || error.status === 0 || error.status >= 500)

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: worthRetrying, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
})

setSignedOutHandler(() => {
  queryClient.setQueryData(keys.me, null)
})
