// Guarantee: all ten risks of the OWASP list have an answer among the checks that exist, and are called green by results of this commit alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHECKS } from '../../index.ts'
import { standingOf } from './owasp.ts'
import { RISKS } from './risks.ts'

const line = (id: string, more: object = {}): string =>
  JSON.stringify({ id, n: 1, failures: 0, seed: 1, tier: 'nightly', commit: 'abc', at: '2026-11-27T10:00:00.000Z', measured: {}, ...more })
const all = [...new Set(RISKS.flatMap(({ checks }) => checks))]
const passed = all.map((id) => line(id))

test('there are ten, each with a check that runs at night, before those that count them', () => {
  assert.deepEqual(
    RISKS.map(({ id }) => id),
    Array.from({ length: 10 }, (_, index) => `API${index + 1}`),
  )
  const ids = CHECKS.map(({ id }) => id)
  for (const { id, checks } of RISKS) {
    assert.ok(checks.length > 0, id)
    for (const check of checks) {
      assert.ok(ids.includes(check) && ids.indexOf(check) < ids.indexOf('SEC-19'), `${id}: ${check}`)
      assert.ok((CHECKS.find((one) => one.id === check)?.sizes.nightly ?? 0) > 0, check)
    }
  }
})

test('all are green when all have passed; one that failed, is missing, could not run or ran on another commit is named', () => {
  const standing = (lines: readonly string[]) => standingOf(lines.join('\n'), 'abc')
  assert.deepEqual([standing(passed).green.length, standing(passed).red, standing(passed).open], [10, [], []])
  assert.equal(standing([]).open.length, RISKS.flatMap(({ checks }) => checks).length)
  const without = passed.filter((_, index) => all[index] !== 'SEC-16')
  const odd = { red: { failures: 1 }, notRun: { notRun: 'no browser' }, other: { commit: 'abd' }, changed: { commit: 'abc+' } }
  assert.deepEqual([standing(without).green.length, standing(without).open], [9, ['API6 SEC-16']])
  assert.deepEqual(standing([...without, line('SEC-16', odd.red)]).red, ['API6 SEC-16'])
  for (const more of [odd.notRun, odd.other, odd.changed])
    assert.deepEqual(standing([...without, line('SEC-16', more)]).open, ['API6 SEC-16'])
  const longest = line('SEC-16', { measured: { places: 'x'.repeat(200) } })
  assert.equal(standing([...without, longest]).green.length, 10, 'a figure as long as the harness lets it be is read')
  const later = line('SEC-01', { failures: 2, at: '2026-11-27T11:00:00.000Z' })
  assert.deepEqual(standing([...passed, later]).red, ['API1 SEC-01', 'API5 SEC-01', 'API9 SEC-01'])
})
