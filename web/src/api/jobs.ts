import { call } from './fixed'
import type { Job } from './types'

const STEP_MS = 700

/** Waits until a background job has ended or was stopped, telling its progress (0 to 1); rejects when it failed. */
export async function waitForJob(id: string, onProgress?: (share: number) => void): Promise<Job> {
  for (;;) {
    const job: Job = await call('get', '/jobs/{id}', { params: { id } })
    onProgress?.(job.progress)
    if (job.state === 'done' || job.state === 'cancelled') return job
    if (job.state === 'failed') throw new Error(job.error ?? job.kind)
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
}

/** Stops a job; what it has written stays. */
export const cancelJob = (id: string): Promise<Job> =>
  call('post', '/jobs/{id}/cancel', { params: { id } })

interface Export {
  id: string
  state: Job['state']
  url: string | null
}
/** Waits for an export's file and gives its address. */
export async function waitForExport(id: string): Promise<string> {
  for (;;) {
    const made: Export = await call('get', '/exports/{id}', { params: { id } })
    if (made.state === 'done' && made.url) return made.url
    if (made.state === 'failed') throw new Error(made.state)
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
}
