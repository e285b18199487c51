import type { RecordData } from './types'
import type { UndoConflict } from './undo'

export interface FieldError {
  pointer: string
  code: string
  message: string
}
/** A record that may be the same; without id and name when the reader may not see it. */
export interface Duplicate {
  id: string | null
  name: string | null
  object: string
  matched_on: string[]
  /** Close, not the same: it refuses no save. */
  likely?: boolean
}
/** RFC 9457 body as the server sends it, with the members this app reads. */
export interface Problem {
  type?: string
  title?: string
  status: number
  code: string
  detail?: string
  errors?: FieldError[]
  current?: RecordData
  changed?: string[]
  duplicates?: Duplicate[]
  conflicts?: UndoConflict[]
}

/** Any answer that is not 2xx, and a failed connection (status 0, code `network`). */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly problem: Problem
  readonly retryAfter: number | null

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail ?? problem.title ?? problem.code)
    this.name = 'ApiError'
    this.status = problem.status
    this.code = problem.code
    this.problem = problem
    this.retryAfter = retryAfter
  }

  /** Messages by field key; errors that belong to no field are under the empty key. */
  get fields(): Record<string, string> {
    const found: Record<string, string> = {}
    for (const error of this.problem.errors ?? []) {
      const key = error.pointer.split('/')[1] ?? ''
      found[key] ??= error.message
    }
    return found
  }

  /** Messages inside a field by their place in its value: `2/quantity` of its third line. */
  inside(key: string): Record<string, string> {
    const inner = (this.problem.errors ?? []).filter(({ pointer }) =>
      pointer.startsWith(`/${key}/`),
    )
    return Object.fromEntries(
      inner.map(({ pointer, message }) => [pointer.slice(key.length + 2), message]),
    )
  }
}

export const isApiError = (error: unknown, code?: string): error is ApiError =>
  error instanceof ApiError && (code === undefined || error.code === code)
