import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import '@/modules'
import { allHelpPages, helpPageOf, helpUrl } from './help'

const GUIDE = resolve(import.meta.dirname, '../../../docs/guide/user')
const pagesOf = (locale: string) =>
  readdirSync(`${GUIDE}/${locale}`).filter((name) => name.endsWith('.md'))

describe('help', () => {
  it.each([
    ['/', 'first-day'],
    ['/dashboard/cash', 'dashboard'],
    ['/settings/company', 'administration'],
    ['/lookup', 'duplicates'],
    ['/settings/sharing', 'rights'],
    ['/settings/layouts', 'customizing'],
    ['/accounts', 'lists'],
    ['/accounts/7', 'records'],
    ['/x_devices/board', 'pipeline'],
    ['/quotes/7', 'quotes'],
    ['/users', 'administration'],
  ])('%s is told about in %s', (path, page) => expect(helpPageOf(path)).toBe(page))

  it('leads to pages that are there in both languages', () => {
    for (const locale of ['zh-CN', 'en'])
      for (const page of allHelpPages())
        expect(existsSync(`${GUIDE}/${locale}/${page}.md`), `${locale}/${page}`).toBe(true)
    expect(pagesOf('zh-CN')).toEqual(pagesOf('en'))
    expect(helpUrl('en', 'leads')).toBe('/help/en/leads')
  })
  it.each(['zh-CN', 'en'])(
    'has pictures that are there on every page it leads to (%s)',
    (locale) => {
      for (const page of allHelpPages()) {
        const text = readFileSync(`${GUIDE}/${locale}/${page}.md`, 'utf8')
        const pictures = [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => path)
        expect(pictures.length, `${locale}/${page}`).toBeGreaterThan(0)
        for (const path of pictures)
          expect(existsSync(`${GUIDE}/${locale}/${path}`), path).toBe(true)
      }
    },
  )
})
