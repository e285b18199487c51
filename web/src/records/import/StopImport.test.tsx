import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import * as toasts from '@/ui/toast'
import { StopImport } from './StopImport'

it.each([
  ['not_stoppable', 409, 0],
  ['internal_error', 500, 1],
])('tells what went wrong, but not that it had ended: %s', async (code, status, told) => {
  const answer = JSON.stringify({ status, code, title: code, detail: code })
  const headers = { 'content-type': 'application/problem+json' }
  const fetched = vi.fn(async () => new Response(answer, { status, headers }))
  vi.stubGlobal('fetch', fetched)
  const toast = vi.spyOn(toasts, 'toastError').mockClear()
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <StopImport job="1" id="2" />
      </QueryClientProvider>
    </MantineProvider>,
  )
  await userEvent.click(screen.getAllByRole('button').at(-1) as HTMLElement)
  await waitFor(() => expect(screen.getAllByRole('button').at(-1)).toBeEnabled())
  expect(fetched).toHaveBeenCalled()
  expect(toast).toHaveBeenCalledTimes(told)
  vi.unstubAllGlobals()
})
