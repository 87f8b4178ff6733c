// Guarantee: every mutant finds the text that it changes, in one file of the folder that it names, so that a change of the code takes none of them away.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { LEAK_MUTANTS } from '../../privacy/mutants.ts'
import { MONEY_MUTANTS } from './index.ts'

test('money mutants find their text once', () => {
  const lost = MONEY_MUTANTS.filter(({ folder, find }) => {
    const files = globSync(`${folder}/**/*.{ts,sql}`).filter((file) => !file.endsWith('.test.ts'))
    return files.filter((file) => readFileSync(file, 'utf8').includes(find)).length !== 1
  })
  assert.ok(MONEY_MUTANTS.length >= 40)
  assert.deepEqual(
    lost.map(({ id }) => id),
    [],
  )
})

test('leak mutants find their texts', () => {
  const lost = LEAK_MUTANTS.filter(({ edits }) => edits.some(({ file, find }) => !readFileSync(file, 'utf8').includes(find)))
  assert.ok(LEAK_MUTANTS.length >= 25)
  assert.deepEqual(
    lost.map(({ id }) => id),
    [],
  )
})
