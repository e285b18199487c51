import { MantineProvider } from '@mantine/core'
import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { FileButton } from './FileButton'

it('takes a file, and the same one once more', async () => {
  const chosen = vi.fn()
  const { container } = render(
    <MantineProvider env="test">
      <FileButton onChange={chosen}>{(props) => <button type="button" {...props} />}</FileButton>
    </MantineProvider>,
  )
  const input = container.querySelector<HTMLInputElement>('input[type=file]')
  if (!input) throw new Error('no place for a file')
  const file = new File(['{}'], 'configuration.json')
  await userEvent.upload(input, file)
  expect(chosen).toHaveBeenCalledWith(file)
  // browsers tell of no change while it still lies there
  expect(input.files).toHaveLength(0)
})
