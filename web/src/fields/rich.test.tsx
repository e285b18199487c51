import { MantineProvider } from '@mantine/core'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'
import { ready, setLocale } from '@/i18n'
import type { Field } from '@/metadata/types'
import RichEditor from './RichEditor'

await ready
await setLocale('en')
// the editor scrolls to its cursor; jsdom lays nothing out
Range.prototype.getClientRects = () => [] as unknown as DOMRectList
Range.prototype.getBoundingClientRect = () => new DOMRect()
const field: Field = { key: 'x', label: 'X', type: 'rich_text' }

describe('rich text', () => {
  it('asks for the address of a link on the page itself', async () => {
    const seen = vi.fn()
    const submit = vi.fn()
    render(
      <MantineProvider env="test">
        <form onSubmit={submit}>
          <RichEditor field={field} value="<p>See</p>" onChange={seen} />
        </form>
      </MantineProvider>,
    )
    const button = await screen.findByRole('button', { name: 'Link' })
    await userEvent.click(button)
    const address = await screen.findByRole('textbox', { name: 'Address of the link' })
    await userEvent.type(address, 'example.com/a{Enter}')
    expect(seen.mock.lastCall?.[0]).toContain('href="https://example.com/a"')
    expect(submit).not.toHaveBeenCalled()
    expect(screen.queryByRole('textbox', { name: 'Address of the link' })).toBeNull()
    // at the cursor there is a link now: the same button takes it away
    await userEvent.click(button)
    expect(seen.mock.lastCall?.[0]).not.toContain('href')
  })

  it('shows what its value was put back to, nothing too', async () => {
    const at = (value: string | null) => (
      <MantineProvider env="test">
        <RichEditor field={field} value={value} onChange={() => undefined} />
      </MantineProvider>
    )
    const { rerender } = render(at('<p>typed</p>'))
    const text = await screen.findByRole('textbox', { name: 'X' })
    rerender(at('<p>other</p>'))
    await waitFor(() => expect(text.textContent).toBe('other'))
    rerender(at(null))
    await waitFor(() => expect(text.textContent).toBe(''))
  })
})
