import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Rules of the house that no linter knows; each failure names the file. */
const SRC = join(import.meta.dirname, '../src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(tsx?|css)$/.test(name) && !name.endsWith('.d.ts'))
  .map((name) => ({
    name: relative(SRC, join(SRC, name)),
    text: readFileSync(join(SRC, name), 'utf8'),
  }))
const sources = files.filter(({ name }) => !name.includes('.test.') && !name.endsWith('.css'))
const namesOf = (found: { name: string }[]) => found.map(({ name }) => name)

/** A folder imports only from those that stand after it. */
const ORDER = ['app', 'modules', 'records', 'fields', 'metadata', 'api', 'ui', 'i18n', 'theme']
/** Types and formatters that the lower folders share, and the theme's one type. */
const SHARED = /^@\/(api\/(types|errors)|metadata\/types|i18n)/

const SHIPPED =
  /['"`](account|contact|lead|opportunity|opportunities|product|activity|task|file|quote|contract|order|ticket)s?['"`]/

describe('rules', () => {
  it('keep every file within 250 lines', () => {
    expect(namesOf(files.filter(({ text }) => text.split('\n').length > 251))).toEqual([])
  })

  it('import one way', () => {
    const wrong = sources.flatMap(({ name, text }) => {
      const from = ORDER.indexOf(name.split('/')[0]!)
      return [...text.matchAll(/from '(@\/([a-z0-9]+)[^']*)'/g)]
        .filter(([, path, folder]) => ORDER.indexOf(folder!) < from && !SHARED.test(path!))
        .map(([, path]) => `${name} → ${path}`)
    })
    expect(wrong).toEqual([])
  })

  it('name no object in the generic pages', () => {
    // The tabs of a layout are keys of the contract, some of them spelt like an object.
    const generic = sources.filter(
      ({ name }) => name.startsWith('records/') && name !== 'records/record/Centre.tsx',
    )
    expect(namesOf(generic.filter(({ text }) => SHIPPED.test(text)))).toEqual([])
  })

  it('ask for a field type in fields/ only', () => {
    const outside = sources.filter(({ name }) => !name.startsWith('fields/'))
    const asks =
      /\b(field|column|column\.field)\.(result_)?type\s*[!=]==|case '(long_text|multi_choice|datetime)'/
    expect(namesOf(outside.filter(({ text }) => asks.test(text)))).toEqual([])
  })

  it('write colours in tokens.css only', () => {
    const styles = files.filter(({ name }) => name.endsWith('.css') && name !== 'theme/tokens.css')
    expect(namesOf(styles.filter(({ text }) => /#[0-9a-f]{3,8}\b|rgb\(/i.test(text)))).toEqual([])
  })

  it('write words in i18n/ only', () => {
    const outside = sources.filter(({ name }) => !name.startsWith('i18n/'))
    const chinese = outside.filter(({ text }) =>
      text
        .split('\n')
        .some((line) => /[\u4e00-\u9fa5]/.test(line.replace(/\/[/*].*|^\s*\*.*|\/.*\//, ''))),
    )
    const known = [
      ...['modules/settings/appearance.ts', 'app/commands.tsx', 'theme/mantine.ts'],
      // what people type as a span of time
      'fields/spanText.ts',
    ]
    expect(namesOf(chinese).filter((name) => !known.includes(name))).toEqual([])
  })
})
