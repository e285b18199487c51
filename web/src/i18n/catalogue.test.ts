import { describe, expect, it } from 'vitest'
import { en } from './en'
import { zh } from './zh'

type Tree = { [key: string]: string | Tree }
const flat = (tree: Tree, at = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[at + key, value]] : flat(value, `${at}${key}.`),
  )
const variables = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort()

describe('catalogues', () => {
  const chinese = new Map(flat(zh as unknown as Tree))
  const english = new Map(flat(en as unknown as Tree))

  it('have the same keys, but for the English singular', () => {
    const keys = [...english.keys()].filter((key) => !key.endsWith('_one'))
    expect(keys.sort()).toEqual([...chinese.keys()].sort())
  })

  it('use the same variables in both languages', () => {
    for (const [key, text] of english) {
      const base = chinese.get(key.replace(/_one$/, '_other'))
      expect([key, variables(text)]).toEqual([key, variables(base ?? '')])
    }
  })

  it('are empty in both languages or in none, and Chinese words are not in the English one', () => {
    for (const [key, text] of english) {
      const other = chinese.get(key.replace(/_one$/, '_other'))
      expect(text.trim() === '', key).toBe(other?.trim() === '')
      expect(/[\u4e00-\u9fa5]/.test(text), key).toBe(false)
    }
  })
})
