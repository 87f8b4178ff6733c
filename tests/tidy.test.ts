// The house rules hold over the whole tree, and each rule still catches what it is there to catch.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { CONTROL_MESSAGES, GATEWAY_MESSAGES } from '../src/channel/index.ts'
import { FAILURES } from '../src/failures.ts'
import {
  CALL_RULES,
  COMMENT_RULES,
  errorTable,
  LAYOUT_RULES,
  listFiles,
  missingIndexes,
  type Rule,
  readErrorRows,
  SHAPE_RULES,
  sourceOf,
  TEXT_RULES,
  wideFields,
} from './tidy/index.ts'

const RULES: readonly Rule[] = [...LAYOUT_RULES, ...CALL_RULES, ...SHAPE_RULES, ...COMMENT_RULES, ...TEXT_RULES]
const README_LINES_MAX = 120

const files = listFiles()
const sources = files.filter((path) => !/\.(?:png|ico|woff2|bin)$/.test(path)).map((path) => sourceOf(path, readFileSync(path, 'utf8')))
const pages = sources.filter(({ path }) => path.endsWith('.md'))

describe('each rule catches its own samples', () => {
  for (const rule of RULES) {
    test(rule.id, () => {
      assert.ok(rule.caught.length > 0, 'a rule needs a sample that it catches')
      for (const [path, text] of rule.caught) {
        assert.ok(rule.applies(path), `does not look at ${path}`)
        assert.ok(rule.find(sourceOf(path, text)).length > 0, `lets pass: ${text}`)
      }
      for (const [path, text] of rule.passed) {
        const findings = rule.applies(path) ? rule.find(sourceOf(path, text)) : []
        assert.deepEqual(findings, [], `catches wrongly: ${text}`)
      }
    })
  }
})

describe('the tree keeps the rules', () => {
  test('there is a tree to look at', () => assert.ok(sources.length > 50, `only ${sources.length} files were found`))
  for (const rule of RULES) {
    test(rule.id, () => {
      const findings = sources
        .filter(({ path }) => rule.applies(path))
        .flatMap((source) => rule.find(source).map(({ line, what }) => `${source.path}:${line}  ${what}`))
      assert.equal(findings.length, 0, `${findings.join('\n')}\nmend: ${rule.mend}`)
    })
  }
  test('each folder has an index.ts', () => {
    assert.deepEqual(missingIndexes(['src/a/b.ts', 'src/a/c/index.ts', 'src/main.ts', 'src/db/x.sql']), ['src/a'])
    assert.deepEqual(missingIndexes(files), [])
  })
})

describe('pages say what is so', () => {
  test('docs/errors.md lists exactly the failures of src/failures.ts', () => {
    const rows = readErrorRows(readFileSync('docs/errors.md', 'utf8'))
    const byCode = (a: { code: string }, b: { code: string }) => a.code.localeCompare(b.code)
    assert.deepEqual(rows.toSorted(byCode), errorTable(FAILURES).toSorted(byCode))
  })
  test('a changed, lost or empty row of the page is noticed', () => {
    const row = '| <a id="a_b"></a>`a_b` | 400 | no | Say {x}. | Send x once more. |'
    const failures = { a_b: { status: 400, message: 'Say {x}.', retryable: false } }
    assert.deepEqual(readErrorRows(row), errorTable(failures))
    for (const wrong of [row.replace('400', '404'), row.replace('id="a_b"', 'id="a_c"'), row.replace('Send x once more.', '-'), ''])
      assert.notDeepEqual(readErrorRows(wrong), errorTable(failures))
  })
  test(`README.md has at most ${README_LINES_MAX} lines`, () => {
    assert.ok(readFileSync('README.md', 'utf8').split('\n').length - 1 <= README_LINES_MAX)
  })
  test('each page has one title', () => {
    const titles = pages.map(({ path, text }) => [path, text.replace(/^```[\s\S]*?^```/gm, '').match(/^# /gm)?.length ?? 0] as const)
    assert.deepEqual(
      titles.filter(([, count]) => count !== 1),
      [],
    )
  })
  test('each link between pages leads somewhere', () => {
    const links = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
        ([, to = '']) => [path, join(dirname(path), to)] as const,
      ),
    )
    assert.ok(links.length > 5)
    assert.deepEqual(
      links.filter(([, to]) => !existsSync(to)),
      [],
    )
  })
})

describe('the control channel carries no sentence', () => {
  test('a text field would be noticed', () => {
    assert.deepEqual(wideFields({ hold: { amount: 'money', note: 'text' }, settle: { body: undefined } }), [
      'hold.note: text',
      'settle.body: undefined',
    ])
  })
  test('messages have narrow fields only', () => {
    assert.ok(Object.keys(GATEWAY_MESSAGES).length >= 5 && Object.keys(CONTROL_MESSAGES).length >= 5)
    assert.deepEqual([...wideFields(GATEWAY_MESSAGES), ...wideFields(CONTROL_MESSAGES)], [])
  })
})
