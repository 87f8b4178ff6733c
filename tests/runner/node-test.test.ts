// A run of tests is counted as it was: nothing that failed, broke, hung or was skipped is told as passed, and a run of nothing is not good.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readCheckLines, tallyOfChecks } from './check-lines.ts'
import { failuresIn } from './failures.ts'
import { runTestFiles } from './node-test.ts'
import { runRows } from './parts.ts'
import { addTallies, closingLine, isGood, NOTHING } from './tally.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-runner-'))
after(() => rmSync(folder, { recursive: true }))

const SAMPLES = [
  { name: 'good', body: "test('a', () => {}); test('b', () => {})", passed: 2, failed: 0, skipped: 0 },
  { name: 'bad', body: "test('a', () => {}); test('b', () => { throw new Error('why-b') })", passed: 1, failed: 1, skipped: 0 },
  {
    name: 'caused',
    body: "test('a', () => { throw new Error('why-a', { cause: new Error('why-cause') }) })",
    passed: 0,
    failed: 1,
    skipped: 0,
  },
  { name: 'skipped', body: "test('a', { skip: 'no strace' }, () => {}); test('b', () => {})", passed: 1, failed: 0, skipped: 1 },
  { name: 'later', body: "test('a', () => {}); setTimeout(() => { throw new Error('why-late') }, 10)", passed: 1, failed: 1, skipped: 0 },
  { name: 'unparsable', body: 'test(', passed: 0, failed: 1, skipped: 0 },
  { name: 'exits', body: "test('a', () => process.exit(3))", passed: 0, failed: 1, skipped: 0 },
  {
    name: 'hook',
    body: "describe('s', () => { before(() => { throw new Error('why-hook') }); test('a', () => {}) })",
    passed: 0,
    failed: 2,
    skipped: 0,
  },
]

for (const { name, body, ...expected } of SAMPLES) {
  test(`counts a file that is ${name}`, async () => {
    const file = join(folder, `${name}.test.mjs`)
    writeFileSync(file, `import { before, describe, test } from 'node:test'\n${body}\n`)
    const { tally, output } = await runTestFiles({ files: [file], concurrency: 1, secondsMax: 20 })
    assert.deepEqual(tally, expected, output)
    for (const reason of body.match(/why-\w+/g) ?? []) assert.match(output, new RegExp(reason))
  })

  test(`counts a file that is ${name}, and one in another process beside it`, async () => {
    const files = [join(folder, `${name}.test.mjs`), join(folder, 'good.test.mjs')]
    const { tally, output } = await runTestFiles({ files, concurrency: 2, togetherMax: 1, secondsMax: 20 })
    assert.deepEqual(tally, addTallies(expected, { passed: 2, failed: 0, skipped: 0 }), output)
  })
}

test('files that share a process are counted like others, and have no part in the hooks of each other', async () => {
  const hooked = "import { beforeEach, test } from 'node:test'\nbeforeEach(() => { throw new Error('why-each') })\ntest('a', () => {})\n"
  writeFileSync(join(folder, 'hooked.test.mjs'), hooked)
  const files = ['hooked', 'good', 'bad', 'unparsable', 'skipped', 'hook'].map((name) => join(folder, `${name}.test.mjs`))
  const { tally, output } = await runTestFiles({ files, concurrency: 1, togetherMax: 9, secondsMax: 20 })
  assert.deepEqual(tally, { passed: 4, failed: 5, skipped: 1 }, output)
  for (const line of [/ok {4} {2}.*good\.test\.mjs/, /FAILED {2}.*bad\.test\.mjs/, /why-each/, /why-b/, /why-hook/])
    assert.match(output, line)
})

test('what a file that shares a process does outside its tests, it does when its turn has come, and ends before the next', async () => {
  const names = ['first', 'second', 'third']
  const files = names.map((name) => join(folder, `${name}.test.mjs`))
  for (const [index, file] of files.entries()) {
    const hooks = "before(() => say('before')); after(() => say('after')); test('a', () => say('test'))"
    const body = `${hooks}\nconst say = (what) => process.stdout.write('${names[index]} ' + what + '\\n')\nsay('loads')`
    writeFileSync(file, `import { after, before, test } from 'node:test'\n${body}\n`)
  }
  const { output } = await runTestFiles({ files, concurrency: 1, togetherMax: 3, secondsMax: 20 })
  const told = output.split('\n').filter((line) => /^(?:first|second|third) /.test(line))
  assert.deepEqual(
    told,
    names.flatMap((name) => ['loads', 'before', 'test', 'after'].map((what) => `${name} ${what}`)),
  )
})

test('a run that hangs is killed and counts as failed', async () => {
  const file = join(folder, 'hangs.test.mjs')
  writeFileSync(file, "import { test } from 'node:test'\ntest('a', () => {}); setInterval(() => {}, 1000)\n")
  const { tally, output } = await runTestFiles({ files: [file], concurrency: 1, secondsMax: 2 })
  assert.equal(tally.failed, 1)
  assert.match(output, /did not end in 2 s/)
})

test('the closing line adds up, and nothing is not good', () => {
  const sum = addTallies({ passed: 1, failed: 2, skipped: 0 }, { passed: 3, failed: 0, skipped: 1 })
  assert.equal(closingLine(sum), '4 passed, 2 failed, 1 skipped')
  assert.equal(closingLine({ passed: 4, failed: 0, skipped: 0 }), '4 passed, 0 failed')
  assert.deepEqual([NOTHING, sum, { passed: 1, failed: 0, skipped: 9 }].map(isGood), [false, false, true])
})

test('rows of parts add up; a part that breaks or runs nothing is a failure, and those after it run', async () => {
  const told: string[] = []
  const part = (name: string, run: () => Promise<typeof NOTHING>) => ({ name, run })
  const good = part('good', async () => ({ passed: 2, failed: 0, skipped: 1 }))
  const broken = part('broken', () => Promise.reject(new Error('why-broken')))
  const empty = part('empty', async () => NOTHING)
  const sum = await runRows([[broken, good], [empty, good], []], (text) => told.push(text))
  assert.deepEqual(sum, { passed: 4, failed: 2, skipped: 2 })
  assert.match(told.join(''), /why-broken[\s\S]*empty, in which no test ran|empty, in which no test ran[\s\S]*why-broken/)
})

test('checks are read from their lines: failures fail, not run is skipped, and silence fails', () => {
  const lines = ['{"id":"A","n":3,"failures":0}', 'words', '{"id":"B","n":3,"failures":1}', '{"id":"C","notRun":"no strace"}'].join('\n')
  assert.equal(readCheckLines(lines).length, 3)
  assert.deepEqual(tallyOfChecks(lines, { code: 1, ids: ['A', 'B', 'C'] }), { passed: 1, failed: 1, skipped: 1 })
  const one = '{"id":"A","failures":0}'
  assert.deepEqual(tallyOfChecks(one, { code: 0, ids: ['A'] }), { passed: 1, failed: 0, skipped: 0 })
  assert.deepEqual(tallyOfChecks(one, { code: 1, ids: ['A'] }), { passed: 1, failed: 1, skipped: 0 })
  assert.deepEqual(tallyOfChecks(one, { code: 0, ids: ['A', 'B', 'C'] }), { passed: 1, failed: 2, skipped: 0 })
  assert.deepEqual(tallyOfChecks('{"id":"C","notRun":"no strace"}', { code: 3, ids: ['C'] }), { passed: 0, failed: 0, skipped: 1 })
  assert.deepEqual(tallyOfChecks('', { code: 0, ids: ['A'] }), { passed: 0, failed: 1, skipped: 0 })
})

test('what failed is found again in a long output: a test with its cause, a check with its line, and nothing else', () => {
  const checks = ['{"id":"A","n":3,"failures":0}', '{"id":"B","n":3,"failures":1}', '{"id":"C","notRun":"no strace"}']
  const output = ['ok', 'FAILED a test (a.test.ts:3)', '    why', '        at', '  FAILED  a.test.ts  1 of 2  0.1 s', ...checks].join('\n')
  assert.deepEqual(failuresIn(output), ['FAILED a test (a.test.ts:3)\n    why\n        at', 'FAILED {"id":"B","n":3,"failures":1}'])
  assert.deepEqual(failuresIn('ok\nFAILED last'), ['FAILED last'])
})
