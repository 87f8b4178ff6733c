// Guarantee: every package that Farebox runs on was chosen by somebody for a reason, and the lock gives each of its bytes by hash, and names no host.
// The tables are remade by: node tests/tidy/write-dependencies-page.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { lockProblems, scriptProblems } from '../../checks/supply/index.ts'
import { DIRECT, readLock } from '../../packaging/index.ts'
import { dependenciesPage, runtimePackages } from './dependencies-page.ts'

test('docs/dependencies.md tells of each package, and of no other', () => {
  assert.deepEqual(Object.keys(runtimePackages()).sort(), Object.keys(DIRECT).sort())
  for (const [name, { reason, reviewed }] of Object.entries(DIRECT)) {
    assert.ok(reason.length > 10, name)
    assert.match(reviewed, /^\d{4}-\d{2}-\d{2}$/, name)
  }
  const page = readFileSync('docs/dependencies.md', 'utf8')
  assert.equal(page, dependenciesPage(page))
})

test('the lock is exact and hashed, and names no host', () => {
  assert.deepEqual(lockProblems(JSON.parse(readFileSync('package.json', 'utf8')), readLock('.')), [])
})

test('what ships with a script for when it is installed is written down, script by script', () => {
  const lock = readLock('.')
  assert.deepEqual(scriptProblems('.', lock), [])
  const added = { ...lock, 'node_modules/x': { version: '1.0.0', hasInstallScript: true } }
  assert.deepEqual(scriptProblems('.', added), ['node_modules/x 1.0.0 wants to run a script when it is installed'])
  assert.equal(scriptProblems('.', {}).length, 5)
})

test('a range, a missing hash, a weak hash, another host and a version that differs are each found', () => {
  const good = { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` }
  const { integrity: _, ...unhashed } = good
  const lock = { 'node_modules/a': good }
  assert.deepEqual(lockProblems({ dependencies: { a: '1.0.0' } }, lock), [])
  const bad = [
    lockProblems({ dependencies: { a: '^1.0.0' } }, lock),
    lockProblems({ dependencies: { a: '1.0.1' } }, lock),
    lockProblems({ dependencies: { b: '1.0.0' } }, lock),
    lockProblems({ dependencies: { a: '1.0.0' } }, { 'node_modules/a': unhashed }),
    lockProblems({ dependencies: { a: '1.0.0' } }, { 'node_modules/a': { ...good, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } }),
    lockProblems({ dependencies: { a: '1.0.0' } }, { 'node_modules/a': { ...good, resolved: 'https://packages.example/a.tgz' } }),
    lockProblems({ dependencies: { a: '1.0.0' } }, { 'node_modules/a': { ...good, resolved: 'git+ssh://git@github.com/a/a.git#0' } }),
  ]
  for (const problems of bad) assert.equal(problems.length, 1, problems.join('; '))
})
