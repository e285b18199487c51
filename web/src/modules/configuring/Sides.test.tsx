import { render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ready } from '@/i18n'
import { byLabel, Sides } from './Sides'

await ready
const rows = [{ key: 'a', label: 'Company name', before: 'Later', after: 'First' }]

it('lets each side say its own head, since a phone shows none above', () => {
  const { rerender } = render(<Sides rows={rows} heads={['Is now', 'Would become']} />)
  expect(screen.getByText('Later')).toHaveProperty('dataset.head', 'Is now')
  expect(screen.getByText('First')).toHaveProperty('dataset.head', 'Would become')
  // what was is struck through there, and needs none
  rerender(<Sides rows={rows} />)
  expect(screen.getByText('Later').hasAttribute('data-head')).toBe(false)
})

it('says what is chosen by its label, and what is gone as it was written', () => {
  const options = [{ key: '01', label: 'Negotiation' }]
  const field = { key: 'allowed_moves', label: 'Moves', type: 'multi_choice' as const, options }
  expect(byLabel(field, ['01', '02'])).toEqual(['Negotiation', '02'])
  expect([byLabel(field, null), byLabel(undefined, '01')]).toEqual([null, '01'])
})
