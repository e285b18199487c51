import { MantineProvider } from '@mantine/core'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { ready, setLocale } from '@/i18n'
import type { Field, FieldType } from '@/metadata/types'
import { makeFormatters } from '@/ui/formatters'
import { FieldDisplay, FieldInput } from './Field'
import { isComplete, startCondition } from './operators'
import { kindOf } from './registry'

await ready
await setLocale('en')
const format = makeFormatters('en', 'UTC', 'CNY')
const field = (type: FieldType, more: Partial<Field> = {}): Field => ({
  key: 'x',
  label: 'X',
  type,
  options: [
    { key: 'hot', label: 'Hot', color: 'red' },
    { key: 'cold', label: 'Cold', color: 'blue' },
  ],
  ...more,
})
const show = (type: FieldType, value: unknown, more?: Partial<Field>) =>
  render(
    <MantineProvider env="test">
      <p>
        <FieldDisplay field={field(type, more)} value={value} />
      </p>
    </MantineProvider>,
  ).container.querySelector('p')?.textContent

describe('display', () => {
  it.each<[FieldType, unknown, string]>([
    ['text', 'abc', 'abc'],
    ['integer', 1234567, '1,234,567'],
    ['decimal', '0.30', '0.3'],
    ['percent', '12.5', '12.5%'],
    ['money', { amount: '1234.50', currency: 'CNY' }, '¥1,234.50'],
    ['date', '2026-11-21', '2026年11月21日'],
    ['boolean', true, 'Yes'],
    ['choice', 'hot', 'Hot'],
    ['multi_choice', ['hot', 'cold'], 'HotCold'],
    ['tags', ['a', 'b'], 'ab'],
    ['email', 'a@b.cn', 'a@b.cn'],
    ['url', 'https://b.cn/x', 'b.cn/x'],
    ['address', { city: '成都', street: '天府大道' }, '成都天府大道'],
    ['address', { country: 'DE', city: 'Munich', street: '4 Road' }, '4 Road, Munich, 德国'],
    ['auto_number', 'OP-2026-1', 'OP-2026-1'],
    ['user', { id: 'u', name: 'Li Na', object: 'user' }, 'LLi Na'],
  ])('of %s', (type, value, text) => {
    expect(show(type, value)).toBe(text)
  })

  it('of a formula is that of its result', () => {
    expect(show('formula', '12', { result_type: 'percent' })).toBe('12%')
  })

  it('of nothing is a dash, of a masked value only the mask', () => {
    expect(show('money', null)).toBe('—')
    expect(show('phone', '138****0000', { masked: true })).toBe('138****0000')
    expect(screen.queryByRole('link')).toBeNull()
  })

  it('of an address in the web never runs a script', () => {
    show('url', 'javascript:alert(1)')
    expect(screen.getByRole('link').getAttribute('href')).toBe('https://javascript:alert(1)')
  })
})

describe('input', () => {
  const typeInto = async (type: FieldType, text: string) => {
    const seen = vi.fn()
    function Host() {
      const [value, setValue] = useState<unknown>(null)
      const change = (next: unknown) => {
        seen(next)
        setValue(next)
      }
      return <FieldInput field={field(type)} value={value} onChange={change} />
    }
    render(
      <MantineProvider env="test">
        <Host />
      </MantineProvider>,
    )
    await userEvent.type(screen.getByRole('textbox', { name: 'X' }), text)
    return seen.mock.lastCall?.[0]
  }

  it.each<[FieldType, string, unknown]>([
    ['text', 'abc', 'abc'],
    ['integer', '12', 12],
    ['decimal', '12.5', '12.5'],
    ['money', '99.9', { amount: '99.9', currency: 'CNY' }],
  ])('of %s gives the form of the wire', async (type, text, value) => {
    expect(await typeInto(type, text)).toEqual(value)
  })
})

describe('what is written and pasted', () => {
  it('a link writes its id, a link to anything its object too', () => {
    const link = { id: 'a1', name: 'Acme', object: 'account' }
    expect(kindOf(field('link')).toWrite(link, field('link'))).toBe('a1')
    expect(kindOf(field('link')).toWrite(null, field('link'))).toBeNull()
    expect(kindOf(field('record')).toWrite(link, field('record'))).toEqual({
      id: 'a1',
      object: 'account',
    })
  })

  it.each<[FieldType, string, unknown]>([
    ['money', '¥1,234.50', { amount: '1234.50', currency: 'CNY' }],
    ['integer', '1,234', 1234],
    ['integer', 'abc', undefined],
    ['choice', 'Cold', 'cold'],
    ['choice', 'tepid', undefined],
    ['multi_choice', 'Hot, Cold, tepid', ['hot', 'cold']],
    ['date', '2026年3月5日', '2026-03-05'],
    ['tags', 'a，b', ['a', 'b']],
  ])('%s reads %s', (type, text, value) => {
    expect(kindOf(field(type)).fromText?.(text, field(type), format)).toEqual(value)
  })
})

describe('conditions', () => {
  it('begin with an operator the field has', () => {
    expect(startCondition(field('money', { operators: ['is', '>='] })).op).toBe('>=')
    expect(startCondition(field('money', { operators: ['is'] })).op).toBe('is')
  })

  it('are complete with a value, or when they need none', () => {
    expect(isComplete({ field: 'x', op: 'empty' })).toBe(true)
    expect(isComplete({ field: 'x', op: 'in', value: [] })).toBe(false)
    expect(isComplete({ field: 'x', op: 'is', value: false })).toBe(true)
    expect(isComplete({ field: 'x', op: 'between', value: ['1', ''] })).toBe(false)
  })
})
