import { MantineProvider } from '@mantine/core'
import { render } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ready } from '@/i18n'
import type { Field, ObjectMeta } from '@/metadata/types'
import { BeforeAfter } from './Changes'

await ready
const field = (type: Field['type']): Field => ({ key: 'x', label: 'X', type, masked: true })

it.each<Field['type']>(['money', 'date', 'percent', 'long_text'])(
  'a masked %s in the log shows its mask',
  (type) => {
    const meta = { object: 'deal', path: 'deals', fields: [field(type)] } as unknown as ObjectMeta
    const change = { field: 'x', label: 'X', before: null, after: '•••' }
    const { container } = render(
      <MantineProvider env="test">
        <BeforeAfter meta={meta} change={change} />
      </MantineProvider>,
    )
    expect(container.textContent).toContain('•••')
  },
)
