// Checks the built app against its budget: the shell at most 220 kB of JavaScript gzipped, each
// route at most 100 kB more. Charts and the editor are parts of their own and not counted.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const ASSETS = join(import.meta.dirname, '../dist/assets')
const SHELL = 220
const ROUTE = 100
const chunks = readdirSync(ASSETS).filter((name) => name.endsWith('.js'))
const text = new Map(chunks.map((name) => [name, readFileSync(join(ASSETS, name), 'utf8')]))
const size = new Map([...text].map(([name, code]) => [name, gzipSync(code).length / 1000]))
const STATIC = /(?:from|import)\s*"\.\/([^"]+\.js)"/g

function closure(entry, found = new Set()) {
  if (found.has(entry) || !text.has(entry)) return found
  found.add(entry)
  for (const [, next] of text.get(entry).matchAll(STATIC)) closure(next, found)
  return found
}
const total = (names) => [...names].reduce((sum, name) => sum + size.get(name), 0)

const html = readFileSync(join(ASSETS, '../index.html'), 'utf8')
const entry = html.match(/src="\/assets\/([^"]+\.js)"/)[1]
const shell = closure(entry)
const rows = [['shell', total(shell), SHELL]]
// A page is a chunk named after its file, which ends in Page or is one of these.
const PAGE = /^(\w*Page|MyDay|Dashboard|RecycleBin|ChangeSets|SignIn|Invite)-/
for (const name of chunks.filter((chunk) => PAGE.test(chunk))) {
  const own = [...closure(name)].filter((one) => !shell.has(one))
  rows.push([name.replace(/-[^-]*\.js$/, ''), total(own), ROUTE])
}
let failed = false
for (const [name, kilobytes, limit] of rows) {
  const over = kilobytes > limit
  failed ||= over
  process.stdout.write(`${over ? '✗' : '✓'} ${name} ${kilobytes.toFixed(1)} of ${limit} kB\n`)
}
process.exit(failed ? 1 : 0)
