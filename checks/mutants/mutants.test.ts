// Guarantee: every mutant finds the text that it changes, in one file of the folder that it names, so that a change of the code takes none of them away.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { MONEY_MUTANTS } from '../money/mutants/index.ts'
import { LEAK_MUTANTS } from '../privacy/mutants.ts'
import { GUARDS } from '../security/guards/index.ts'
import { lostMutants } from './index.ts'

for (const [what, mutants, least] of [
  ['money mutants', MONEY_MUTANTS, 40],
  ['guards', GUARDS, 25],
] as const) {
  test(`${what} find their text once, and their tests are there`, () => {
    assert.ok(mutants.length >= least)
    assert.equal(new Set(mutants.map(({ id }) => id)).size, mutants.length)
    assert.deepEqual(lostMutants(mutants), [])
    for (const { id, find, replace, by } of mutants) {
      assert.notEqual(find, replace, id)
      assert.ok(!('test' in by) || existsSync(by.test), id)
    }
  })
}

test('leak mutants find their texts', () => {
  const lost = LEAK_MUTANTS.filter(({ edits }) => edits.some(({ file, find }) => !readFileSync(file, 'utf8').includes(find)))
  assert.ok(LEAK_MUTANTS.length >= 25)
  assert.deepEqual(
    lost.map(({ id }) => id),
    [],
  )
})
