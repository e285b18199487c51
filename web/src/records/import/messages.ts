import { isApiError } from '@/api/errors'
import { messageOf } from '@/ui/toast'

/** Why a map or a file was refused, each fault in words. */
export const messages = (error: unknown) =>
  [
    ...new Set([
      messageOf(error),
      ...((isApiError(error) && error.problem.errors) || []).map(({ message }) => message),
    ]),
  ].join(' ')
