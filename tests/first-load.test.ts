// Guarantee: whichever page of an app is opened first, in whichever language, its browser loads at most 170 kB of compressed JavaScript, charts included.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const DIST = 'web/dist'
const BYTES_MAX = 170_000
const isBuilt = existsSync(join(DIST, 'stamp'))

/** Names of scripts in a text. */
const scriptsIn = (text: string, pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map(([, name = '']) => name)

/** Scripts with all that they import before they run; what is imported later, when it is needed, is none of it. */
function withImports(folder: string, names: readonly string[], known = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    if (known.has(name)) continue
    known.add(name)
    const text = readFileSync(join(folder, name), 'utf8')
    withImports(folder, scriptsIn(text, /(?:\bfrom|\bimport)\s*["'`]\.\/([\w.-]+\.js)["'`]/g), known)
  }
  return known
}

for (const app of ['dashboard', 'console']) {
  test(`the ${app} is light`, { skip: isBuilt ? false : 'the pages are not built: npm run web' }, () => {
    const folder = join(DIST, app, 'assets')
    const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'))
    const named = (name: string): string => scripts.find((one) => one.startsWith(`${name}-`)) ?? assert.fail(`there is no script ${name}`)
    const bytesOf = (names: readonly string[]): number =>
      [...withImports(folder, names)].reduce((sum, name) => sum + statSync(join(folder, `${name}.br`)).size, 0)
    const page = readFileSync(join(DIST, app, 'index.html'), 'utf8')
    const first = scriptsIn(page, /(?:src|href)="\/\w+\/assets\/([\w.-]+\.js)"/g)
    assert.ok(first.length > 1, 'blind: the page names no scripts')
    const languages = [named('en'), named('zh')]
    const later = scripts.filter((name) => !first.includes(name) && !languages.includes(name))
    const loads = languages.flatMap((words) => later.map((name) => ({ name, bytes: bytesOf([...first, words, named('chart'), name]) })))
    const [heaviest] = loads.toSorted((a, b) => b.bytes - a.bytes)
    assert.ok(heaviest !== undefined && heaviest.bytes <= BYTES_MAX, `with ${heaviest?.name} it loads ${heaviest?.bytes} bytes`)
    process.stdout.write(`${app}: ${bytesOf(first)} bytes before anything is shown, at most ${heaviest.bytes}, with ${heaviest.name}\n`)
  })
}
